#pragma once
// Jobs that were added while the scheduler was not running: requests, in the order of adding.

#include <punctual/job.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace punctual::detail {

/// A store named "" stands for any. *Thread safety*: none.
class PendingJobs {
public:
    PendingJobs() = default;
    PendingJobs(const PendingJobs&) = delete;
    PendingJobs& operator=(const PendingJobs&) = delete;

    [[nodiscard]] auto begin() const { return jobs_.begin(); }
    [[nodiscard]] auto end() const { return jobs_.end(); }
    [[nodiscard]] std::vector<JobRequest> all() const { return {begin(), end()}; }

    /// Null if there is none; otherwise it may be changed, but for its id.
    [[nodiscard]] JobRequest* find(std::string_view id, std::string_view store) {
        const auto found = locate(id, store);
        return found == by_id_.end() ? nullptr : &*found->second;
    }
    /// Its store has no other with its id.
    void add(JobRequest request) {
        jobs_.push_back(std::move(request));
        const auto added = std::prev(jobs_.end());
        by_id_.emplace(added->options.id, added);
    }
    /// False if there is none.
    bool remove(std::string_view id, std::string_view store) {
        const auto found = locate(id, store);
        if (found == by_id_.end()) return false;
        jobs_.erase(found->second);
        by_id_.erase(found);
        return true;
    }
    void clear() {
        by_id_.clear();
        jobs_.clear();
    }
    /// Returns how many there were.
    std::size_t remove_all(std::string_view store) {
        return std::erase_if(by_id_, [&](const auto& entry) {
            const bool here = is_in(*entry.second, store);
            if (here) jobs_.erase(entry.second);
            return here;
        });
    }

private:
    using Jobs = std::list<JobRequest>;
    using ById = std::multimap<std::string, Jobs::iterator, std::less<>>;

    [[nodiscard]] static bool is_in(const JobRequest& request, std::string_view store) {
        return store.empty() || request.options.store == store;
    }
    [[nodiscard]] ById::iterator locate(std::string_view id, std::string_view store) {
        const auto [first, last] = by_id_.equal_range(id);
        for (auto each = first; each != last; ++each) {
            if (is_in(*each->second, store)) return each;
        }
        return by_id_.end();
    }

    Jobs jobs_;
    ById by_id_;  // stores may have the same ids
};

}  // namespace punctual::detail
