// punctual-bench: what Punctual costs, each figure beside the limit of the machine. A benchmark `X`
// is measured against `limit/X`, the bare work without a scheduler; the table at the end has their
// ratios.

#include "bare_child.hpp"

#include <benchmark/benchmark.h>
#include <punctual/executors/process_pool.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store_benchmark.hpp"

namespace {

struct Figure {
    double nanoseconds = 0;
    double items_per_second = 0;
    std::map<std::string, double> counters;
};

class RatioReporter final : public benchmark::ConsoleReporter {
public:
    RatioReporter() : ConsoleReporter(OO_Tabular) {}

    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            if (run.error_occurred || run.run_type == Run::RT_Aggregate) continue;
            keep(run);
        }
    }

    void Finalize() override {
        std::printf("\n%-52s %14s %14s %9s\n", "ratio to the limit", "measured", "limit", "ratio");
        for (const std::string& name : order_) {
            const auto limit = figures_.find("limit/" + name);
            if (limit != figures_.end()) print(name, figures_.at(name), limit->second);
        }
        print_growth();
    }

private:
    void keep(const Run& run) {
        const std::string name =
            run.run_name.function_name + (run.run_name.args.empty() ? "" : "/" + run.run_name.args);
        if (!figures_.contains(name)) order_.push_back(name);
        Figure& figure = figures_[name];
        figure.nanoseconds = run.real_accumulated_time * 1e9 / static_cast<double>(run.iterations);
        for (const auto& [counter, value] : run.counters) {
            if (counter == "items_per_second") {
                figure.items_per_second = value;
            } else {
                figure.counters[counter] = value;
            }
        }
    }

    // For rates the limit is the larger figure, for all else the smaller one.
    static void print(const std::string& name, const Figure& figure, const Figure& limit) {
        if (figure.items_per_second > 0 && limit.items_per_second > 0) {
            std::printf("%-52s %12.0f/s %12.0f/s %8.2fx\n", name.c_str(), figure.items_per_second,
                        limit.items_per_second, limit.items_per_second / figure.items_per_second);
            return;
        }
        if (figure.counters.empty()) {
            std::printf("%-52s %14.1f %14.1f %8.2fx\n", name.c_str(), figure.nanoseconds,
                        limit.nanoseconds, figure.nanoseconds / limit.nanoseconds);
        }
        for (const auto& [counter, value] : figure.counters) {
            const auto other = limit.counters.find(counter);
            if (other == limit.counters.end()) continue;
            std::printf("%-52s %14.1f %14.1f %8.2fx\n", (name + " " + counter).c_str(), value,
                        other->second, value / other->second);
        }
    }

    /// Beside the first `X/resident/N` stand the others, for more jobs.
    void print_growth() const {
        bool has_title = false;
        std::map<std::string, std::string> firsts;
        for (const std::string& name : order_) {
            const std::size_t end = name.find("/resident/");
            if (end == std::string::npos) continue;
            const auto [first, is_first] = firsts.emplace(name.substr(0, end), name);
            if (is_first) continue;
            if (!std::exchange(has_title, true)) {
                std::printf("\n%-52s %14s %14s %9s\n", "cost of a thousand due jobs, in ms",
                            "measured", "with fewer", "ratio");
            }
            const double more = figures_.at(name).nanoseconds;
            const double fewer = figures_.at(first->second).nanoseconds;
            std::printf("%-52s %14.2f %14.2f %8.2fx\n", name.c_str(), more / 1e6, fewer / 1e6,
                        more / fewer);
        }
    }

    std::vector<std::string> order_;
    std::map<std::string, Figure> figures_;
};

constexpr std::string_view max_resident_option = "--max_resident=";

void print_help() {
    benchmark::PrintDefaultHelp();
    std::printf(
        "\nof this program:\n"
        "          [%.*s<jobs>]  leaves out X/resident/N with more jobs, which take up\n"
        "              to minutes each to prepare; default: 1000000, all of them\n"
        "Stores on servers are measured under script/test-servers.\n",
        static_cast<int>(max_resident_option.size()), max_resident_option.data());
}

/// The option of ours, taken out of the arguments; none: all.
int take_max_resident(int& argc, char** argv) {
    int max_resident = 1'000'000;
    const auto is_ours = [&](const char* argument) {
        const std::string_view text = argument;
        if (!text.starts_with(max_resident_option)) return false;
        const char* const end = text.data() + text.size();
        const auto [rest, error] =
            std::from_chars(text.data() + max_resident_option.size(), end, max_resident);
        if (error != std::errc() || rest != end || max_resident < 0) {
            std::fprintf(stderr, "punctual-bench: %s: a number of jobs is needed\n", argument);
            std::exit(2);
        }
        return true;
    };
    argc = static_cast<int>(std::remove_if(argv + 1, argv + argc, is_ours) - argv);
    return max_resident;
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto code = bare_child(argc, argv)) return *code;
    if (const auto code = punctual::process_worker(argc, argv)) return *code;
    punctual::benchmarks::register_store_benchmarks(take_max_resident(argc, argv));
    punctual::benchmarks::handle_interrupts();
    benchmark::Initialize(&argc, argv, print_help);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
}
