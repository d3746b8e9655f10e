// Large pages behind MADV_HUGEPAGE (/sys/kernel/mm/transparent_hugepage: enabled is madvise, use_zero_page is 1): what makes
// one, splits it, moves it, and what it costs; for each step the faults, AnonHugePages and LazyFree in kB, and how VmPTE grew.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096L
#define HUGE (2L << 20)

static char text[1 << 16];
static long before, tables;

static long faults(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

static long number(const char *path, const char *name) {
    int fd = open(path, O_RDONLY);
    long n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n] = 0;
    const char *at = strstr(text, name);
    return atol(at + strlen(name));
}

static void tell(const char *what) {
    long now = faults();
    long huge = number("/proc/self/smaps_rollup", "AnonHugePages:"), lazy = number("/proc/self/smaps_rollup", "LazyFree:");
    long pte = number("/proc/self/status", "VmPTE:");
    printf("%s: %ld faults, %ld huge, %ld lazy, tables %+ld\n", what, now - before, huge, lazy, pte - tables);
    fflush(stdout);
    tables = pte;
    before = faults();
}

static void area(char *at, long n, int prot) {
    mmap(at, n, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    madvise(at, n, MADV_HUGEPAGE);
}

int main(void) {
    char *room = mmap(NULL, 16 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    volatile char *p = (char *)(((unsigned long)room + HUGE) & ~(HUGE - 1));
    // The tables above are there from now on, wherever the area came to lie.
    mprotect(room, PAGE, PROT_READ | PROT_WRITE);
    room[0] = 1;
    setvbuf(stdout, NULL, _IONBF, 0);
    int null = open("/dev/null", O_WRONLY), out = dup(1);
    dup2(null, 1);
    tell("warm");
    tell("warm");
    dup2(out, 1);
    area((char *)p, 2 * HUGE, PROT_READ | PROT_WRITE);
    tables = number("/proc/self/status", "VmPTE:");
    before = faults();
    (void)p[5 * PAGE];
    tell("read");
    (void)p[7 * PAGE];
    tell("read beside it");
    p[9 * PAGE] = 1;
    tell("write");
    p[100 * PAGE] = 1;
    tell("write beside it");
    p[HUGE + 3 * PAGE] = 1;
    tell("write the second");
    if (fork() == 0) {
        dup2(null, 1);
        tell("warm");
        tell("warm");
        dup2(out, 1);
        before = faults();
        (void)p[0];
        (void)p[200 * PAGE];
        tell("the child reads");
        p[3 * PAGE] = 2;
        tell("the child writes");
        p[4 * PAGE] = 2;
        tell("the child writes beside it");
        (void)p[5 * PAGE];
        tell("the child reads beside it");
        _exit(0);
    }
    wait(NULL);
    dup2(null, 1);
    tell("warm");
    dup2(out, 1);
    before = faults();
    p[3 * PAGE] = 5;
    p[4 * PAGE] = 5;
    tell("the parent writes twice");
    p[HUGE + 4 * PAGE] = 5;
    tell("the parent writes the second");
    char *q = mremap((char *)p + HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)p + 4 * HUGE);
    q[1] = 1;
    tell("move by a multiple of 2 MiB, write");
    q = mremap(q, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)p + 6 * HUGE + PAGE);
    q[1] = 1;
    tell("move elsewhere, write");
    munmap(q, HUGE);
    area((char *)p, 2 * HUGE, PROT_READ | PROT_WRITE);
    tell("unmap all");
    for (long i = 0; i < 2 * HUGE; i += PAGE) p[i] = 1;
    tell("write all of two");
    madvise((char *)p, HUGE, MADV_FREE);
    tell("MADV_FREE of one");
    (void)p[0];
    tell("read it");
    p[0] = 1;
    tell("write it");
    madvise((char *)p, HUGE, MADV_DONTNEED);
    tell("MADV_DONTNEED of one");
    (void)p[0];
    tell("read it");
    madvise((char *)p, 4 * PAGE, MADV_DONTNEED);
    tell("MADV_DONTNEED of a part");
    (void)p[100 * PAGE];
    (void)p[0];
    tell("read both parts");
    p[100 * PAGE] = 1;
    tell("write");
    mprotect((char *)p + HUGE, 4 * PAGE, PROT_READ);
    tell("mprotect of a part of the other");
    munmap((char *)p, 2 * HUGE);
    area((char *)p, HUGE, PROT_READ);
    tables = number("/proc/self/status", "VmPTE:");
    before = faults();
    (void)p[0];
    tell("read where nobody may write");
    mprotect((char *)p, HUGE, PROT_READ | PROT_WRITE);
    p[0] = 1;
    tell("allow it, write");
    mprotect((char *)p, HUGE, PROT_NONE);
    mprotect((char *)p, HUGE, PROT_READ | PROT_WRITE);
    p[5 * PAGE] = 1;
    tell("forbid all, allow it, write");
    area((char *)p, HUGE, PROT_READ | PROT_WRITE);
    (void)p[0];
    munmap((char *)p, PAGE);
    tell("read one anew, unmap a part");
    p[2 * PAGE] = 1;
    (void)p[3 * PAGE];
    tell("write, read");
    return 0;
}
