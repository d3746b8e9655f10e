# Two thousand turns with blocks of all sizes, taken, grown and freed at random: does any of them lose a byte?
const BLOCKS = 100

let seed: uint = 12345
let blocks: [*byte; BLOCKS]
let sizes: [int; BLOCKS]
let fills: [byte; BLOCKS]

# A number below n.
fn random(n: int) -> int {
    seed = seed * 6364136223846793005 + 1442695040888963407
    return (seed >> 33) as int % n
}

# Whether block i holds what was put there.
fn check(i: int) {
    for k in 0..sizes[i] {
        if blocks[i][k] != fills[i] {
            assert blocks[i][k] == fills[i], "block {i}, byte {k}"
        }
    }
}

# Takes a block: one in fifty is large enough for a mapping of its own.
fn take(i: int) {
    let n = random(300)
    if random(50) == 0 {
        n = 128 * 1024
    }
    blocks[i] = malloc(n)
    assert blocks[i] != nil
    assert blocks[i] as int % 16 == 0
    sizes[i] = min(n, 1000)
    fills[i] = random(256) as byte
    memset(blocks[i], fills[i], sizes[i])
}

# Changes the size of a block.
fn resize(i: int) {
    let n = random(600)
    blocks[i] = realloc(blocks[i], n)
    assert blocks[i] != nil
    sizes[i] = min(n, sizes[i])
    check(i)
}

for _ in 0..2000 {
    let i = random(BLOCKS)
    if blocks[i] == nil {
        take(i)
    } else if random(3) == 0 {
        check(i)
        resize(i)
    } else {
        check(i)
        free(blocks[i])
        blocks[i] = nil
    }
}
for block in blocks {
    free(block)
}

# Everything has grown together again.
assert free_blocks.next == nil

let zeros = calloc(10, 100)
assert zeros[0] == 0
assert zeros[999] == 0
assert malloc(-1) == nil
assert calloc(0x7fffffffffffffff, 2) == nil
