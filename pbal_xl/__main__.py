"""``python -m pbal_xl`` is the ``pbal-xl`` command."""

from pbal_xl.cli import entry_point

if __name__ == "__main__":
    entry_point()
