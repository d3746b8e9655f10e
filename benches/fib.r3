# Calls: the 32nd Fibonacci number, the slow way.
fn fib(n: int) -> int {
    if n < 2 {
        return n
    }
    return fib(n - 1) + fib(n - 2)
}

println("{fib(32)}")
