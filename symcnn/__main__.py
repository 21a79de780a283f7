"""`python -m symcnn` is the command `symcnn`."""

from symcnn.cli.main import main

if __name__ == "__main__":  # pragma: no branch - nobody imports it
    main()
