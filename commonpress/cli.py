"""`commonpress VERB`: every command an operator types."""

import sys


def main() -> int:
    print("commonpress")
    return 0


if __name__ == "__main__":
    sys.exit(main())
