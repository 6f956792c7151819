from __future__ import annotations

import hashlib
from enum import Enum, IntEnum
from typing import Final, NamedTuple, Union
