square = (x) -> x * x
cube   = (x) -> square(x) * x
