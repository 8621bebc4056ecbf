"""Makes the helpers of the hosts' own tests importable, and starts each host once."""

import sys
from pathlib import Path

for folder in ("calc", "excel", "contract"):
    sys.path.insert(0, str(Path(__file__).parent.parent / folder))
