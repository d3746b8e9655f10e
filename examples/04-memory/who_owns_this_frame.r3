# Who owns this frame?
#@ view page_table,frames
# Many may: a frame of memory has no owner but the page table entries that name it, and is free when the last one is gone.
# `with` tells in the page table who else maps a frame, `maps` and `who` in the map of frames. Draw other moments with
# ring3 run --view page_table,areas,frames,swap, and a mark where you want to look.
let page = mmap(2 * PAGE_SIZE)
page[0] = 1
page[PAGE_SIZE] = 1
let child = fork()
if child == 0 {
    page[0] = 2                            # now each has a first page of its own
    sleep_ms(10)
    exit(0)
}
sleep_ms(5)
mark("one page is shared, one is not")
wait()
