# malloc(3) and its kin: a list of free blocks over brk(2), and a mapping for each large block.
#
#   +------------+------------+---------------------------+
#   |    next    |    size    |  the bytes that malloc    |
#   +------------+------------+  answered the address of  |
#                             +---------------------------+
#
# `size` counts the header too and is a multiple of 16. A free block's `next` is the free block at the next higher
# address; a mapped block's is the header itself, which no free block's can be.

# What stands before each block.
struct Block {
    next: *Block
    size: int
}

# The first free block.
let free_blocks: *Block

# From here on a block is a mapping of its own: glibc's M_MMAP_THRESHOLD.
const MMAP_THRESHOLD = 128 * 1024
# What the heap grows by beyond the need of the moment: glibc's M_TOP_PAD.
const TOP_PAD = 128 * 1024

# malloc(3): `n` bytes at a multiple of 16; nil if there is no memory.
must_use fn malloc(n: int) -> *byte {
    if n < 0 {
        return nil
    }
    if n >= MMAP_THRESHOLD {
        return map_block(n)
    }
    let size = (n + sizeof(Block) + 15) / 16 * 16
    let p = take_block(size)
    if p == nil && grow_heap(size) {
        p = take_block(size)
    }
    return p
}

# calloc(3): n * size bytes, all zero; nil if there is no memory.
must_use fn calloc(n: int, size: int) -> *byte {
    if n < 0 || size < 0 || size > 0 && n > 0x7fffffffffffffff / size {
        return nil
    }
    let p = malloc(n * size)
    if p != nil && n * size < MMAP_THRESHOLD {
        memset(p, 0, n * size)
    }
    return p
}

# realloc(3): the same bytes in a block of `n`; nil, and the old block stays, if there is no memory.
must_use fn realloc(p: *byte, n: int) -> *byte {
    if p == nil {
        return malloc(n)
    }
    let room = block_of(p).size - sizeof(Block)
    if n <= room {
        return p
    }
    let q = malloc(n)
    if q != nil {
        memcpy(q, p, room)
        free(p)
    }
    return q
}

# free(3): gives a block back; nil is nothing.
fn free(p: *byte) {
    if p == nil {
        return
    }
    let block = block_of(p)
    if block.next == block {
        munmap(block as *byte, block.size)
    } else {
        give_block(block)
    }
}

# The header of the block at `p`.
fn block_of(p: *byte) -> *Block {
    return (p - sizeof(Block)) as *Block
}

# The address right behind a block.
fn end_of(block: *Block) -> *Block {
    return (block as *byte + block.size) as *Block
}

# A block in a mapping of its own.
fn map_block(n: int) -> *byte {
    let block = mmap(n + sizeof(Block)) as *Block
    if failed(block as *byte) {
        return nil
    }
    block.next = block
    block.size = n + sizeof(Block)
    return (block + 1) as *byte
}

# Takes the front of the first free block that is large enough; nil if there is none.
fn take_block(size: int) -> *byte {
    let link = &free_blocks
    while *link != nil && (*link).size < size {
        link = &(*link).next
    }
    let block = *link
    if block == nil {
        return nil
    }
    *link = block.next
    if block.size - size >= 2 * sizeof(Block) {
        let rest = (block as *byte + size) as *Block
        rest.size = block.size - size
        rest.next = block.next
        *link = rest
        block.size = size
    }
    block.next = nil
    return (block + 1) as *byte
}

# Puts a block among the free ones, by address, and joins it with its neighbours.
fn give_block(block: *Block) {
    let before: *Block
    let link = &free_blocks
    while *link != nil && *link < block {
        before = *link
        link = &before.next
    }
    block.next = *link
    *link = block
    join_next(block)
    if before != nil {
        join_next(before)
    }
}

# Makes one of a free block and the next, if they touch.
fn join_next(block: *Block) {
    let next = block.next
    if next != nil && end_of(block) == next {
        block.size += next.size
        block.next = next.next
    }
}

# Moves the end of the heap up by at least `size` bytes, to a page's end; false if there is no memory.
fn grow_heap(size: int) -> bool {
    let n = (size + TOP_PAD + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE
    let p = sbrk(n)
    if failed(p) {
        return false
    }
    let block = p as *Block
    block.size = n
    give_block(block)
    return true
}
