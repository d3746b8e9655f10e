//! `getrlimit(2)`, `setrlimit(2)`, `prlimit64(2)`.

use crate::abi::errno::Errno;
use crate::abi::flags::{
    RLIMIT_AS, RLIMIT_CORE, RLIMIT_DATA, RLIMIT_MEMLOCK, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_RTTIME, RLIMIT_SIGPENDING,
    RLIMIT_STACK,
};
use crate::abi::layout;
use crate::base::ids::Pid;
use crate::kernel::core::Kernel;
use crate::kernel::stop::SysResult;
use crate::kernel::task::limits::UNLIMITED;
use crate::trace::value::{Resource, Rlimit};

/// Answers a limit of the process.
///
/// # Errors
/// EFAULT; EINVAL for no resource.
pub fn sys_getrlimit(k: &mut Kernel, [resource, address, ..]: [u64; 6]) -> SysResult {
    let pid = k.current_pid();
    let limit = get(k, pid, modelled(resource)?);
    answer(k, limit, address)
}

/// Sets a limit of the process.
///
/// # Errors
/// EFAULT; EINVAL for no resource, or if the soft limit is above the hard one; EPERM to raise the hard one without root.
pub fn sys_setrlimit(k: &mut Kernel, [resource, address, ..]: [u64; 6]) -> SysResult {
    let new = read(k, address)?;
    let pid = k.current_pid();
    set(k, pid, modelled(resource)?, new)
}

/// Sets and answers a limit of a process, 0 being the caller.
///
/// # Errors
/// As [`sys_setrlimit`]; ESRCH; EPERM for a process of another user.
pub fn sys_prlimit64(k: &mut Kernel, [pid, resource, new, old, ..]: [u64; 6]) -> SysResult {
    let resource = modelled(resource)?;
    let new = if new == 0 { None } else { Some(read(k, new)?) };
    let pid = match pid as u32 {
        0 => k.current_pid(),
        number => k.find_vtid(number).map(|tid| k.state().task(tid).tgid).ok_or(Errno::ESRCH)?,
    };
    let uid = k.state().process(k.current_pid()).uid;
    if uid != 0 && uid != k.state().process(pid).uid {
        return Err(Errno::EPERM.into());
    }
    let before = get(k, pid, resource);
    if old != 0 {
        // Linux: the new limit holds even if the old one can not be told. Here: it does not, because the page to write
        // to may have to come from the disk, and the call begins anew then.
        let _ = answer(k, before, old)?;
    }
    if let Some(new) = new {
        let _ = set(k, pid, resource, new)?;
    }
    Ok(0)
}

/// Which of the modelled limits a number names; `None` for one that Linux has and the model has not.
///
/// # Errors
/// EINVAL for no resource.
// Linux: sixteen limits. Here: eight hold; the others are unlimited and take what is set without effect, because what they
// limit is not counted.
fn modelled(resource: u64) -> Result<Option<Resource>, Errno> {
    match resource as u32 {
        RLIMIT_NPROC => Ok(Some(Resource::Nproc)),
        RLIMIT_NOFILE => Ok(Some(Resource::Nofile)),
        RLIMIT_STACK => Ok(Some(Resource::Stack)),
        RLIMIT_CORE => Ok(Some(Resource::Core)),
        RLIMIT_AS => Ok(Some(Resource::As)),
        RLIMIT_DATA => Ok(Some(Resource::Data)),
        RLIMIT_MEMLOCK => Ok(Some(Resource::Memlock)),
        RLIMIT_SIGPENDING => Ok(Some(Resource::Sigpending)),
        0..=RLIMIT_RTTIME => Ok(None),
        _ => Err(Errno::EINVAL),
    }
}

fn get(k: &Kernel, pid: Pid, resource: Option<Resource>) -> Rlimit {
    let none = Rlimit { soft: UNLIMITED, hard: UNLIMITED };
    resource.map_or(none, |resource| k.state().process(pid).rlimits[resource as usize])
}

fn set(k: &mut Kernel, pid: Pid, resource: Option<Resource>, new: Rlimit) -> SysResult {
    if new.soft > new.hard {
        return Err(Errno::EINVAL.into());
    }
    // Nobody may have more descriptors than the machine allows: `/proc/sys/fs/nr_open`.
    let beyond = resource == Some(Resource::Nofile) && new.hard > u64::from(k.config.max_fds);
    let raises = new.hard > get(k, pid, resource).hard;
    if beyond || raises && k.state().process(k.current_pid()).uid != 0 {
        return Err(Errno::EPERM.into());
    }
    if let Some(resource) = resource {
        k.set_rlimit(pid, resource, new);
    }
    Ok(0)
}

fn read(k: &mut Kernel, address: u64) -> SysResult<Rlimit> {
    let mut bytes = [0; layout::RLIMIT_BYTES];
    k.read_user(address, &mut bytes)?;
    let limit = layout::Rlimit::from_bytes(&bytes);
    Ok(Rlimit { soft: limit.cur, hard: limit.max })
}

fn answer(k: &mut Kernel, limit: Rlimit, address: u64) -> SysResult {
    let limit = layout::Rlimit { cur: limit.soft, max: limit.hard };
    k.write_user(address, &limit.to_bytes())?;
    Ok(0)
}
