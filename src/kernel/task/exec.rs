//! execve(2): replaces the program of a process. Everything up to the point of no return can fail and leave the
//! caller as it was; everything after it can not.

use crate::abi::errno::Errno;
use crate::abi::flags::OpenFlags;
use crate::abi::image::Header;
use crate::abi::op::{MAX_SLOTS, SLOT_ARGS, callee_sp};
use crate::abi::signal::Signal;
use crate::base::ids::{Ino, MmId, Tid};
use crate::base::units::{PAGE_SIZE, Vaddr};
use crate::kernel::core::Kernel;
use crate::kernel::mm::{self, MapRequest};
use crate::kernel::signal;
use crate::kernel::stop::{Stop, SysResult};
use crate::kernel::task::clone::copy_sighand;
use crate::kernel::task::de_thread::de_thread;
use crate::kernel::task::leave_mm::leave_mm;
use crate::kernel::vfs;
use crate::machine::clock;
use crate::trace::event::Note;
use crate::trace::value::{
    ActionDetails, Allocation, AltStack, InodeKind, MmField, Position, Returned, SignalAction, VmaFlags,
};

/// Bytes of one argument at most: 32 pages (`MAX_ARG_STRLEN`).
pub const MAX_ARG_BYTES: usize = 32 * PAGE_SIZE as usize;
/// Bytes of all arguments at most, with their pointers: a quarter of the usual stack limit (`execve(2)`).
const MAX_ARGS_BYTES: usize = 2 << 20;
/// The stack of a new program: 128 KiB and the page it begins in (`setup_arg_pages`).
const FIRST_STACK_PAGES: u32 = 33;
/// How many `#!` lines may lead to each other (`binfmt_script`).
const MAX_INTERPRETERS: usize = 5;

/// What is to be executed, with which strings.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its path, as given.
    pub path: Vec<u8>,
    /// The arguments, without their NULs.
    pub argv: Vec<Vec<u8>>,
    /// The environment.
    pub envp: Vec<Vec<u8>>,
}

/// Replaces the program of a task.
///
/// # Errors
/// As in the man page: E2BIG, EACCES, ELOOP, ENOENT, ENOEXEC, ENOMEM, ENOTDIR, ETXTBSY. Sleeps if the file has to come from
/// the disk, without having done anything. [`Stop::Gone`] if the areas of the program are more than RLIMIT_AS, RLIMIT_DATA or
/// overcommit allow: then SIGSEGV ends the process, as there is no way back.
pub fn exec(kernel: &mut Kernel, tid: Tid, program: &Program) -> SysResult<()> {
    let mut program = program.clone();
    let (ino, header) = find_image(kernel, &mut program)?;
    let strings: usize = program.argv.iter().chain(&program.envp).map(|string| string.len() + 9).sum();
    if strings > MAX_ARGS_BYTES || program.argv.iter().any(|argument| argument.len() >= MAX_ARG_BYTES) {
        return Err(Errno::E2BIG.into());
    }
    let new = mm::create(kernel)?;
    match fill(kernel, new, ino, header, &program) {
        Ok(start) => {
            kernel.charge(clock::EXEC_BASE);
            take_over(kernel, tid, new, start, ino, &program)
        }
        Err(Unfit::Areas) => {
            // Linux maps the areas when there is no way back any more.
            mm::release(kernel, new);
            if kernel.state().task(tid).mm.is_none() {
                // The machine boots: there is no program yet that could be ended.
                return Err(Errno::ENOMEM.into());
            }
            let tid = de_thread(kernel, tid);
            signal::end_now(kernel, kernel.state().task(tid).tgid, Signal::SIGSEGV);
            Err(Stop::Gone)
        }
        Err(Unfit::Strings(errno)) => {
            mm::release(kernel, new);
            Err(errno.into())
        }
    }
}

/// Why an address space can not be filled.
enum Unfit {
    /// Its areas are more than the limits of the process or of memory allow.
    Areas,
    /// There is no room for what lies on the first stack.
    Strings(Errno),
}

/// Finds the image that a path leads to, over `#!` lines if need be.
fn find_image(kernel: &mut Kernel, program: &mut Program) -> SysResult<(Ino, Header)> {
    for _ in 0..MAX_INTERPRETERS {
        let ino = vfs::path::lookup(kernel, &program.path)?;
        may_execute(kernel, ino).inspect_err(|_| vfs::inode::drop_if_unused(kernel, ino))?;
        let head = vfs::read_kernel(kernel, ino, 0, 256)?;
        if let Some(line) = head.strip_prefix(b"#!") {
            interpret(program, line)?;
            continue;
        }
        return Header::parse(&head).map(|header| (ino, header)).map_err(|_| Errno::ENOEXEC.into());
    }
    Err(Errno::ELOOP.into())
}

/// A regular file with an execute bit that nobody has open for writing.
fn may_execute(kernel: &Kernel, ino: Ino) -> Result<(), Errno> {
    let inode = kernel.state().inode(ino).inode;
    let regular = matches!(inode.kind, InodeKind::Disk | InodeKind::Memory);
    if !regular || inode.mode & 0o111 == 0 {
        return Err(Errno::EACCES);
    }
    vfs::permission::check(
        kernel.state(),
        kernel.current_pid(),
        vfs::path::Node::Inode(ino),
        vfs::permission::EXECUTE,
    )?;
    let writes = |flags| OpenFlags::from_bits_retain(flags).can_write();
    if kernel.state().open_files.iter().any(|(_, file)| file.open.ino == ino && writes(file.open.flags)) {
        return Err(Errno::ETXTBSY);
    }
    Ok(())
}

/// `#!interpreter [argument]`: the interpreter is run with the script's path as an argument (`execve(2)`).
fn interpret(program: &mut Program, line: &[u8]) -> SysResult<()> {
    let end = line.iter().position(|&byte| byte == b'\n').unwrap_or(line.len());
    let line = line[..end].trim_ascii();
    if line.is_empty() {
        return Err(Errno::ENOEXEC.into());
    }
    let split = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    let (interpreter, argument) = (line[..split].to_vec(), line[split..].trim_ascii());
    let mut argv = vec![interpreter.clone()];
    if !argument.is_empty() {
        argv.push(argument.to_vec());
    }
    argv.push(std::mem::replace(&mut program.path, interpreter));
    argv.extend(program.argv.drain(..).skip(1));
    program.argv = argv;
    Ok(())
}

/// Maps the parts of the image and writes the first stack; returns where the program starts.
fn fill(kernel: &mut Kernel, mm: MmId, ino: Ino, header: Header, program: &Program) -> Result<Position, Unfit> {
    use VmaFlags as F;
    let file = [
        (header.base, header.text_bytes, header.text_offset(), F::READ | F::EXEC),
        (header.rodata_base(), header.rodata_bytes, header.rodata_offset(), F::READ),
        (header.data_base(), header.data_bytes, header.data_offset(), F::READ | F::WRITE),
    ];
    for (base, bytes, offset, flags) in file {
        let pages = bytes.div_ceil(PAGE_SIZE) as u32;
        map(kernel, mm, base, pages, flags, Some((ino, (offset / PAGE_SIZE) as u32)))?;
    }
    let bss = Vaddr(header.bss_base()).page_ceil().0;
    let bss_pages = (header.brk_base() - bss) / PAGE_SIZE;
    map(kernel, mm, bss, bss_pages as u32, F::READ | F::WRITE, None)?;
    let stack = mm::STACK_TOP - u64::from(FIRST_STACK_PAGES) * PAGE_SIZE;
    map(kernel, mm, stack, FIRST_STACK_PAGES, F::READ | F::WRITE | F::GROWSDOWN, None)?;

    let fields = [
        (MmField::StartCode, header.base),
        (MmField::EndCode, header.base + header.text_bytes),
        (MmField::StartData, header.data_base()),
        (MmField::EndData, header.bss_base()),
        (MmField::StartBrk, header.brk_base()),
        (MmField::Brk, header.brk_base()),
        (MmField::Exe, u64::from(ino.0)),
    ];
    for (field, value) in fields {
        kernel.set_mm_field(mm, field, value);
    }
    let sp = write_stack(kernel, mm, program).map_err(Unfit::Strings)?;
    Ok(Position { pc: header.entry, sp })
}

fn map(
    kernel: &mut Kernel,
    mm: MmId,
    base: u64,
    pages: u32,
    flags: VmaFlags,
    file: Option<(Ino, u32)>,
) -> Result<(), Unfit> {
    if pages == 0 {
        return Ok(());
    }
    let (ino, file_page) = file.unwrap_or_default();
    let request = MapRequest { pages, flags, ino, file_page, ..MapRequest::fixed(Vaddr(base)) };
    mm::map(kernel, mm, request).map(drop).map_err(|_| Unfit::Areas)
}

/// Writes what a program finds on its stack (System V ABI for AMD64, 3.4.1), and below it the window of its entry:
///
/// ```text
/// STACK_TOP - 8   0
///                 path, environment strings, argument strings
///                 (padding to 16)
///                 auxiliary vector: AT_NULL
///                 envp pointers, NULL
///                 argv pointers, NULL
/// w[2] ->         argc
///                 (padding)
/// sp ->           window of the entry: w[0] = 0, w[1] = 0, w[2] = address of argc
/// ```
fn write_stack(kernel: &mut Kernel, mm: MmId, program: &Program) -> Result<u64, Errno> {
    let mut top = mm::STACK_TOP - 8;
    let mut push = |kernel: &mut Kernel, bytes: &[u8]| -> Result<u64, Errno> {
        top -= bytes.len() as u64 + 1;
        mm::remote_write(kernel, mm, top, bytes)?;
        Ok(top)
    };
    let _ = push(kernel, &program.path)?;
    let env_end = push(kernel, &[])? + 1;
    let mut envp = Vec::new();
    for string in program.envp.iter().rev() {
        envp.insert(0, push(kernel, string)?);
    }
    let arg_end = envp.first().copied().unwrap_or(env_end - 1);
    let mut argv = Vec::new();
    for string in program.argv.iter().rev() {
        argv.insert(0, push(kernel, string)?);
    }
    let arg_start = argv.first().copied().unwrap_or(arg_end);

    let mut words = vec![program.argv.len() as u64];
    words.extend(&argv);
    words.push(0);
    words.extend(&envp);
    words.extend([0, 0, 0]);
    let argc = (arg_start - 8 * words.len() as u64) & !15;
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    mm::remote_write(kernel, mm, argc, &bytes)?;
    let sp = callee_sp(argc, MAX_SLOTS as u8, 0);
    mm::remote_write(kernel, mm, sp + 8 * u64::from(SLOT_ARGS), &argc.to_le_bytes())?;

    let fields = [
        (MmField::StartStack, argc),
        (MmField::ArgStart, arg_start),
        (MmField::ArgEnd, arg_end),
        (MmField::EnvStart, arg_end),
        (MmField::EnvEnd, env_end - 1),
    ];
    for (field, value) in fields {
        kernel.set_mm_field(mm, field, value);
    }
    Ok(sp)
}

/// The point of no return: the old program goes, the new one begins.
///
/// # Errors
/// [`Stop::Gone`] without memory for what was shared and becomes its own: there is no way back, and SIGSEGV ends the
/// process (`bprm_execve`).
fn take_over(kernel: &mut Kernel, tid: Tid, new: MmId, start: Position, ino: Ino, program: &Program) -> SysResult<()> {
    let tid = de_thread(kernel, tid);
    if may_unshare(kernel, tid).is_err() {
        mm::release(kernel, new);
        signal::end_now(kernel, kernel.state().task(tid).tgid, Signal::SIGSEGV);
        return Err(Stop::Gone);
    }
    leave_mm(kernel, tid);
    let old = kernel.state().task(tid).mm;
    kernel.set_mm(tid, Some(new));
    if kernel.current() == tid {
        mm::switch_to(kernel, Some(new));
    }
    if let Some(old) = old
        && kernel.state().mm(old).users == 0
    {
        mm::release(kernel, old);
    }
    unshare(kernel, tid);
    kernel.set_tls(tid, 0);
    kernel.set_alt_stack(tid, AltStack::default());
    let pid = kernel.state().task(tid).tgid;
    kernel.set_exit_signal(pid, Signal::SIGCHLD.0);
    let name = program.path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let mut comm = [0; 16];
    let length = name.len().min(15);
    comm[..length].copy_from_slice(&name[..length]);
    kernel.set_comm(tid, comm);
    kernel.set_position(tid, start);
    kernel.set_returned(tid, Returned::default());

    let path = kernel.keep(&program.path);
    let argv: Vec<u8> = program.argv.iter().flat_map(|argument| [argument.as_slice(), b"\0"].concat()).collect();
    let argv = kernel.keep(&argv);
    kernel.note(Note::Executed { path, argv, ino });
    Ok(())
}

/// Whether there is room for what [`unshare`] copies.
fn may_unshare(kernel: &mut Kernel, tid: Tid) -> Result<(), Errno> {
    let task = kernel.state().task(tid);
    let (files, sighand) = (task.files, task.sighand);
    if files.is_some_and(|files| kernel.state().files(files).users > 1) {
        kernel.may_allocate(Allocation::Files)?;
    }
    if sighand.is_some_and(|sighand| kernel.state().sighand(sighand).users > 1) {
        kernel.may_allocate(Allocation::Sighand)?;
    }
    Ok(())
}

/// Descriptors and signal actions are the program's own from now on: copies, if others share them. Descriptors that were
/// to be closed are, and signals that were handled are not.
fn unshare(kernel: &mut Kernel, tid: Tid) {
    let task = kernel.state().task(tid);
    let (files, sighand) = (task.files, task.sighand);
    if let Some(mut files) = files {
        if kernel.state().files(files).users > 1 {
            files = vfs::descriptor::duplicate_table(kernel, files);
            kernel.set_files(tid, Some(files));
        }
        vfs::descriptor::close_on_exec(kernel, files);
    }
    if let Some(mut sighand) = sighand {
        if kernel.state().sighand(sighand).users > 1 {
            sighand = copy_sighand(kernel, Some(sighand));
            kernel.set_sighand(tid, Some(sighand));
        }
        for signal in 1..=64 {
            if kernel.state().sighand(sighand).actions[usize::from(signal) - 1] != SignalAction::Ignore {
                kernel.set_action(sighand, signal, SignalAction::Default);
            }
            kernel.set_action_details(sighand, signal, ActionDetails::default());
        }
    }
}

/// Reads a NULL-terminated array of strings of the current task, as argv and envp are; a null array is an empty one.
///
/// # Errors
/// E2BIG if they are too long, EFAULT if a pointer is bad.
pub fn read_strings(kernel: &mut Kernel, mut array: u64) -> SysResult<Vec<Vec<u8>>> {
    let mut strings: Vec<Vec<u8>> = Vec::new();
    let mut bytes = 0;
    if array == 0 {
        return Ok(strings);
    }
    loop {
        let pointer = kernel.read_user_u64(array)?;
        if pointer == 0 {
            return Ok(strings);
        }
        let string = kernel.read_user_string(pointer, MAX_ARG_BYTES)?.ok_or(Stop::Errno(Errno::E2BIG))?;
        bytes += string.len() + 9;
        if bytes > MAX_ARGS_BYTES {
            return Err(Errno::E2BIG.into());
        }
        strings.push(string);
        array = array.wrapping_add(8);
    }
}
