# The shell's jobs: each is a pipeline, one process group, and what has become of its processes.

use shell

enum State { Free, Running, Stopped, Done }

# A pipeline that was started and that somebody may still ask for.
struct Job {
    state: State
    told: bool                    # of its state
    pgid: int                     # its process group, which is the pid of its first process
    last: int                     # the pid of its last process
    word: int                     # the wait status of that
    rank: int                     # when it was stopped or put into the background
    size: int                     # of what was typed
    typed: [byte; 120]
}
let jobs: [Job; 32]
let n_jobs: int                   # places that were ever used; the others are blank

# A process of a job.
struct Member {
    state: State
    pid: int
    job: int
}
let members: [Member; 256]
let n_members: int

# Grows with each job that is stopped or put into the background; a stopped job is before any that runs.
let last_rank: int
const STOPPED_RANK = 1 << 32

# Whether each job has the terminal for itself while it is in front, and can be stopped.
let job_control: bool
let shell_group: int

# The group that had the terminal before the shell.
let first_group: int

# Begins job control, if there is a terminal to control: the shell becomes a group of its own, in front, and no key
# stops or kills it.
fn begin_job_control() {
    signal(SIGINT, SIG_IGN)
    signal(SIGQUIT, SIG_IGN)
    signal(SIGTERM, SIG_IGN)
    first_group = tcgetpgrp(0)
    if first_group < 0 {
        return
    }
    signal(SIGTSTP, SIG_IGN)
    signal(SIGTTIN, SIG_IGN)
    signal(SIGTTOU, SIG_IGN)
    setpgid(0, 0)
    shell_group = getpgrp()
    job_control = tcsetpgrp(0, shell_group) == 0
}

# Ends the shell, and gives the terminal back.
fn quit(code: int) {
    if job_control {
        tcsetpgrp(0, first_group)
    }
    exit(code)
}

# fork(2) for a shell that ignores SIGTERM: the signal waits until the child does not ignore it any more.
fn fork_member() -> int {
    let old: uint
    if !interactive {
        return fork()
    }
    sigprocmask(SIG_BLOCK, sigmask(SIGTERM), &old)
    let pid = fork()
    if pid == 0 {
        signal(SIGTERM, SIG_DFL)
    }
    sigprocmask(SIG_SETMASK, old)
    return pid
}

# In a child of the shell: takes its place in its job, gives signals their meaning back. Without job control a job in the
# background is kept from the terminal's keys and input.
fn join_job(pgid: int, background: bool) {
    if interactive {
        signal(SIGINT, SIG_DFL)
        signal(SIGQUIT, SIG_DFL)
    }
    if job_control {
        setpgid(0, pgid)
        if !background {
            tcsetpgrp(0, getpgrp())
        }
        signal(SIGTSTP, SIG_DFL)
        signal(SIGTTIN, SIG_DFL)
        signal(SIGTTOU, SIG_DFL)
    } else if background {
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        if pgid == 0 {
            move(open("/dev/null"), 0)
        }
    }
    forget_jobs()
}

# Gives an open file another descriptor.
fn move(fd: int, to: int) {
    if fd >= 0 && fd != to {
        dup2(fd, to)
        close(fd)
    }
}

# In a child of the shell: its parent's jobs are not its own.
fn forget_jobs() {
    for i in 0..n_members {
        members[i].state = State.Free
    }
    for j in 0..n_jobs {
        jobs[j].state = State.Free
    }
    job_control = false
    interactive = false
}

# A new job without processes; -1, after a complaint, if there are too many.
fn new_job(typed: str) -> int {
    let j = 0
    while j < n_jobs && jobs[j].state != State.Free {
        j += 1
    }
    if j == len(jobs) {
        j = oldest_done()
    }
    n_jobs = max(n_jobs, j + 1)
    if j < 0 {
        eprintln("{name}: {line_number}: too many jobs")
        return -1
    }
    let job = &jobs[j]
    job.state = State.Running
    job.told = true
    job.pgid = 0
    job.word = 0
    job.size = min(len(typed), len(job.typed))
    memcpy(&job.typed[0], address(typed), job.size)
    return j
}

# Takes the place of the job that has been done for longest; -1 if none is.
fn oldest_done() -> int {
    let oldest = -1
    for j in 0..n_jobs {
        if jobs[j].state == State.Done && (oldest < 0 || jobs[j].rank < jobs[oldest].rank) {
            oldest = j
        }
    }
    if oldest >= 0 {
        drop_job(oldest)
    }
    return oldest
}

# Forgets a job.
fn drop_job(j: int) {
    for i in 0..n_members {
        if members[i].job == j {
            members[i].state = State.Free
        }
    }
    jobs[j].state = State.Free
}

# A free place for a process; -1, after a complaint, if there is none.
fn free_member() -> int {
    for i in 0..n_members {
        if members[i].state == State.Free {
            return i
        }
    }
    if n_members < len(members) {
        n_members += 1
        return n_members - 1
    }
    eprintln("{name}: {line_number}: too many processes")
    return -1
}

# Adds a process to a job; the first one makes its group.
fn add_member(at: int, j: int, pid: int) {
    let job = &jobs[j]
    members[at] = Member(state: State.Running, pid: pid, job: j)
    if job.pgid == 0 {
        job.pgid = pid
    }
    job.last = pid
    if job_control {
        setpgid(pid, job.pgid)
    }
}

# Ranks a job before those that were stopped or put into the background earlier.
fn rank_job(j: int) {
    last_rank += 1
    jobs[j].rank = last_rank
    if jobs[j].state == State.Stopped {
        jobs[j].rank += STOPPED_RANK
    }
}

# The current job, or with `previous` the one after it; -1 if there is none.
fn current_job(previous: bool = false) -> int {
    let best = -1
    let second = -1
    for j in 0..n_jobs {
        if jobs[j].state != State.Free && jobs[j].rank > 0 {
            if best < 0 || jobs[j].rank > jobs[best].rank {
                second = best
                best = j
            } else if second < 0 || jobs[j].rank > jobs[second].rank {
                second = j
            }
        }
    }
    if previous {
        return second
    }
    return best
}

# Takes note of what wait4 told of a process.
fn record(pid: int, word: int) {
    for i in 0..n_members {
        if members[i].pid == pid && members[i].state != State.Free {
            let state = State.Done
            if WIFSTOPPED(word) {
                state = State.Stopped
            } else if WIFCONTINUED(word) {
                state = State.Running
            }
            members[i].state = state
            if pid == jobs[members[i].job].last || state == State.Stopped {
                jobs[members[i].job].word = word
            }
            settle(members[i].job)
            return
        }
    }
}

# What the states of its processes make of a job: it runs while one runs, and is done when all are.
fn settle(j: int) {
    let state = State.Done
    for i in 0..n_members {
        if members[i].job == j && members[i].state != State.Free {
            if members[i].state == State.Running {
                state = State.Running
            } else if members[i].state == State.Stopped && state == State.Done {
                state = State.Stopped
            }
        }
    }
    if state != jobs[j].state {
        jobs[j].state = state
        jobs[j].told = false
        if state == State.Stopped {
            rank_job(j)
        }
    }
}

# Waits until a child has changed its state, or with WNOHANG looks whether one has; false if none has, or there is none.
fn wait_for_change(options: int) -> bool {
    let word = 0
    let how = options
    if job_control {
        how |= WUNTRACED | WCONTINUED
    }
    let pid = waitpid(-1, &word, how)
    if pid > 0 {
        record(pid, word)
    }
    return pid > 0 || pid == -EINTR
}

# Waits while a job runs.
fn wait_for_job(j: int) {
    while jobs[j].state == State.Running {
        if !wait_for_change(0) {
            jobs[j].state = State.Done
        }
    }
}

# Waits for the job in front and takes the terminal back; sets $?.
fn finish_job(j: int) {
    wait_for_job(j)
    if job_control {
        tcsetpgrp(0, shell_group)
    }
    let word = jobs[j].word
    if jobs[j].state == State.Stopped {
        eprintln("")
        show_job(j, 2)
        jobs[j].told = true
        status = 128 + WSTOPSIG(word)
        return
    }
    status = shell_status(word)
    tell_death(word)
    drop_job(j)
}

# Tells which signal ended a job in front, unless it is one that a person or a closed pipe sends every day.
fn tell_death(word: int) {
    if !WIFSIGNALED(word) || WTERMSIG(word) == SIGPIPE {
        return
    }
    if WTERMSIG(word) == SIGINT {
        if interactive {
            eprintln("")
        }
        return
    }
    let core = ""
    if WCOREDUMP(word) {
        core = " (core dumped)"
    }
    eprintln("{strsignal(WTERMSIG(word))}{core}")
}

# Writes a job's line as bash does: [1]+  Running                 sleep 100 &
fn show_job(j: int, fd: int) {
    let job = &jobs[j]
    let out: Formatter
    let buf: [byte; 64]
    let mark = " "
    let end = "\n"
    if j == current_job() {
        mark = "+"
    } else if j == current_job(true) {
        mark = "-"
    }
    if job.state == State.Running {
        end = " &\n"
    }
    fmt_begin(&out, fd)
    fmt_put(&out, buf[0..format(buf, "[{j + 1}]{mark}  ")])
    fmt_str(&out, buf[0..describe_state(job, buf)] as str, 24 | FMT_LEFT)
    fmt_put(&out, job.typed[0..job.size])
    fmt_put(&out, end)
    fmt_end(&out)
}

# What a job's state is called, into `buf`.
fn describe_state(job: *Job, buf: [byte]) -> int {
    match job.state {
        State.Running => return format(buf, "Running")
        State.Stopped => return format(buf, "Stopped")
        State.Done | State.Free => {
            if WIFSIGNALED(job.word) {
                if WCOREDUMP(job.word) {
                    return format(buf, "{strsignal(WTERMSIG(job.word)):<23} (core dumped) ")
                }
                return format(buf, "{strsignal(WTERMSIG(job.word))}")
            }
            if WEXITSTATUS(job.word) != 0 {
                return format(buf, "Exit {WEXITSTATUS(job.word)}")
            }
            return format(buf, "Done")
        }
    }
}

# Looks for children that have changed, without waiting; tells of their jobs if a person is there.
fn notice_jobs() {
    let any = false
    for i in 0..n_members {
        any = any || members[i].state == State.Running || members[i].state == State.Stopped
    }
    while any && wait_for_change(WNOHANG) {}
    if !interactive {
        return
    }
    for j in 0..n_jobs {
        if jobs[j].state != State.Free && !jobs[j].told {
            tell_of(j, 2)
        }
    }
}

# Writes a job's line, and forgets it if it is done.
fn tell_of(j: int, fd: int) {
    show_job(j, fd)
    jobs[j].told = true
    if jobs[j].state == State.Done {
        drop_job(j)
    }
}

# The job that %N, %%, %+, %- or %TEXT names; -1, after a complaint by `who`, if there is none.
fn find_job(spec: str, who: str) -> int {
    let number = 0
    let j = -1
    if spec == "%" || spec == "%%" || spec == "%+" || spec == "%-" {
        j = current_job(spec == "%-")
        if j < 0 {
            eprintln("{name}: {line_number}: {who}: No current job")
        }
        return j
    }
    if parse_int(spec[1..], &number) {
        if 0 < number && number <= n_jobs && jobs[number - 1].state != State.Free {
            return number - 1
        }
    } else {
        for i in 0..n_jobs {
            if jobs[i].state != State.Free && starts_with(jobs[i].typed[0..jobs[i].size] as str, spec[1..]) {
                return i
            }
        }
    }
    eprintln("{name}: {line_number}: {who}: No such job: {spec}")
    return -1
}
