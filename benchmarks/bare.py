"""The peer of a whole check: imports PyTorch and JAX, and trains Mazur's network in each."""

from benchmarks.plain import jax_loop, pytorch

if __name__ == "__main__":
    print(pytorch.train(10_000), jax_loop.train(10_000))
