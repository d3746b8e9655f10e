//! What is to be told of an access that is not allowed: where the address lies among the areas.

use crate::base::ids::MmId;
use crate::base::units::{PAGE_SHIFT, PAGE_SIZE, Vaddr};
use crate::kernel::outcome::Misdeed;
use crate::kernel::state::State;
use crate::trace::value::{Vma, VmaFlags};

/// The facts about an access with this error code (Intel SDM vol. 3, 4.7), for the report of the process.
#[must_use]
pub fn explain(state: &State, mm: MmId, address: Vaddr, code: u8, stack_limit: u64) -> Misdeed {
    let space = state.mm(mm);
    let area = space.vma_at(address).map(|(start, &vma)| (start, vma));
    let page = address.page().0;
    let owned = |(&start, &vma): (&u64, &Vma)| (start, vma);
    let below = space.vmas.range(..page).next_back().map(owned).filter(|_| area.is_none());
    let above = space.vmas.range(page..).next().map(owned).filter(|_| area.is_none());
    let is_stack = |vma: &Vma| vma.flags.contains(VmaFlags::GROWSDOWN);
    let stack_end = space
        .vmas
        .iter()
        .rev()
        .find(|(_, vma)| is_stack(vma))
        .map(|(&start, vma)| (start + u64::from(vma.pages)) << PAGE_SHIFT);
    let stack_floor = stack_end.map_or(0, |end| end.saturating_sub(stack_limit / PAGE_SIZE * PAGE_SIZE));
    Misdeed::Access { address: address.0, code, area, below, above, stack_floor }
}
