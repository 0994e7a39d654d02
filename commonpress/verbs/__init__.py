"""What an operator can do: one module per verb, each with `add_arguments(parser)` and `run(options)`."""
