

class _Word(Enum):
    def __str__(self) -> str:
        return str(self.value)
