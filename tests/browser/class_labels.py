"""What the words of a legend's class say in numbers."""


def bound(text):
    return float(text.replace(",", "").replace("−", "-"))


def class_of(label, value):
    """Whether a class with this label holds a value."""
    if label.startswith("less than"):
        return value < bound(label[9:])
    if label.endswith("and more"):
        return value >= bound(label[:-8])
    low, high = label.split(" – ")
    return bound(low) <= value < bound(high)
