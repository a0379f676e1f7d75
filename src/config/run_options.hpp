#pragma once
// The options that the defaults of a scheduler, the options of a job, changes to it and its
// settings have in common: listed once, for everything that passes them from one of these to
// another.

namespace punctual::detail {

/// Calls `visit(a.option, b.option)` for each of them. `A` and `B` are `JobDefaults`, `JobOptions`,
/// `JobChanges` or `JobSettings`.
template <class A, class B, class Visit>
void for_each_run_option(A& a, B& b, Visit visit) {
    visit(a.misfire_grace_time, b.misfire_grace_time);
    visit(a.coalesce, b.coalesce);
    visit(a.max_instances, b.max_instances);
    visit(a.max_catch_up, b.max_catch_up);
    visit(a.on_lost, b.on_lost);
    visit(a.timeout, b.timeout);
    visit(a.retry, b.retry);
    visit(a.at_max_instances, b.at_max_instances);
    visit(a.max_queued, b.max_queued);
    visit(a.keep_result, b.keep_result);
}

}  // namespace punctual::detail
