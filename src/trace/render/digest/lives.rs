//! Lives: fork, exec and exit with their cards, as the digest tells them.

use crate::abi::sysno::Sysno;
use crate::base::ids::Tid;
use crate::trace::event::Category;
use crate::trace::filter::Detail;
use crate::trace::names::Names;
use crate::trace::render::call::status_words;
use crate::trace::render::card::{self, Copied, Portrait};
use crate::trace::render::digest::held::Open;
use crate::trace::render::digest::{Context, Digest};

impl Digest {
    /// Keeps a task as it is before a call that makes, replaces or ends a process.
    pub(super) fn remember(&mut self, task: Tid, call: Sysno, names: &Names) {
        let tells =
            matches!(call, Sysno::CLONE | Sysno::FORK | Sysno::VFORK | Sysno::EXECVE | Sysno::EXIT | Sysno::EXIT_GROUP);
        let portrait = if tells { Portrait::take(task, names) } else { None };
        drop(match portrait {
            Some(portrait) => self.portraits.insert(task, portrait),
            None => self.portraits.remove(&task),
        });
    }

    /// A task made another one.
    pub(super) fn cloned(&mut self, child: Tid, copied: Copied, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        let parent = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(parent) = parent else { return };
        let call = cx.names.task(task).and_then(|facts| facts.call).map_or(Sysno::CLONE, Sysno);
        let _ = self.newborn.insert(child, call);
        let thread = cx.names.task(child).is_some_and(|facts| facts.tgid == parent.pid);
        let borrows = cx.names.task(child).is_some_and(|facts| facts.mm == parent.mm.map(|(mm, _)| mm));
        let (verb, kind) = match (thread, borrows) {
            (true, _) => ("thread", "thread"),
            (false, true) => ("clone", "process in the same memory"),
            (false, false) => ("fork", "process"),
        };
        let text = format!("{} makes {}, a new {kind}", cx.names.task_name(task), cx.names.task_name(child));
        let mut entry = Self::entry(cx, verb, text);
        let child = Portrait::take(child, cx.names);
        entry.below.extend(child.into_iter().flat_map(|child| card::forked(&parent, &child, copied)));
        self.say(&entry, cx, out);
    }

    /// A process runs another program.
    pub(super) fn executed(&mut self, path: String, argv: Vec<u8>, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        let before = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(before) = before else { return };
        let text = format!("process {} runs {path} from now on", before.pid);
        let entry = Self::entry(cx, "exec", text);
        self.hold(entry, Open::Exec(before, task, path, argv), cx, out);
    }

    /// A task ended.
    pub(super) fn exited(&mut self, status: u32, cx: &Context<'_>, out: &mut String) {
        let task = cx.event.event.task;
        let before = self.portraits.get(&task).cloned().or_else(|| Portrait::take(task, cx.names));
        if !Self::wants(cx, Category::Task, Detail::Digest) {
            return;
        }
        let Some(before) = before else { return };
        let _ = self.portraits.entry(task).or_insert_with(|| before.clone());
        let entry = Self::entry(cx, "exit", format!("{} {}", cx.names.task_name(task), status_words(status)));
        self.hold(entry, Open::Exit(before, task, status), cx, out);
    }
}
