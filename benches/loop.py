"""Arithmetic: fifty million turns of xor, add and mask."""


def turns(n):
    x = 0
    for i in range(n):
        x ^= i
        x += i
        x &= 0xFFFFFF
    return x


print(turns(50000000))
