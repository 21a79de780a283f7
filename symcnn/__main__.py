"""`python -m symcnn` is the command `symcnn`."""

import sys

from symcnn.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
