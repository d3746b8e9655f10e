"""Memory: counts the primes below five million in a bytearray with a byte for each number."""

LIMIT = 5000000


def primes(composite):
    count = 0
    for i in range(2, LIMIT):
        if composite[i] == 0:
            count += 1
            j = i * i
            while j < LIMIT:
                composite[j] = 1
                j += i
    return count


print(primes(bytearray(LIMIT)))
