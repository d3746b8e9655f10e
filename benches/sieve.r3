# Memory: counts the primes below five million in a byte for each number, on mapped pages.
const LIMIT = 5000000

fn primes(composite: *byte) -> int {
    let count = 0
    for i in 2..LIMIT {
        if composite[i] == 0 {
            count += 1
            let j = i * i
            while j < LIMIT {
                composite[j] = 1
                j += i
            }
        }
    }
    return count
}

println("{primes(mmap(LIMIT))}")
