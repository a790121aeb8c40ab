"""The command ``backproof``, also as ``python -m harness``.

The processes in which implementations are heard import the main module again; this one is light,
and the command behind it is imported by the one process that needs it.
"""


def main() -> None:
    """Run the command; the server of the other processes starts up meanwhile."""
    from harness import hearing

    hearing.prepare()
    from harness import cli

    cli.main(prog_name="backproof")


if __name__ == "__main__":
    main()
