# Minor faults: so many pages are touched for the first time, in so many areas, and stay.
let pages = 0
let areas = 0
let _pages = parse_int(args[1], &pages)
let _areas = parse_int(args[2], &areas)
for area in 0..areas {
    # Areas with different rights do not merge.
    let prot = PROT_READ | PROT_WRITE
    if area % 2 == 0 {
        prot |= PROT_EXEC
    }
    let p = mmap(pages / areas * PAGE_SIZE, prot: prot)
    for page in 0..pages / areas {
        p[page * PAGE_SIZE] = 1
    }
}
