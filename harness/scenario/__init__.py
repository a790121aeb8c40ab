"""What is computed: equations, the network shorthand, training."""
