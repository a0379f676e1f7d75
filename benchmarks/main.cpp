// punctual-bench: what Punctual costs, each figure beside the limit of the machine. A benchmark `X`
// is measured against `limit/X`, the bare work without a scheduler; the table at the end has their
// ratios.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <map>
#include <string>
#include <vector>

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
    }

private:
    void keep(const Run& run) {
        const std::string name =
            run.run_name.function_name + (run.run_name.args.empty() ? "" : "/" + run.run_name.args);
        if (!figures_.contains(name)) order_.push_back(name);
        Figure& figure = figures_[name];
        figure.nanoseconds = run.GetAdjustedRealTime();
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

    std::vector<std::string> order_;
    std::map<std::string, Figure> figures_;
};

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return 0;
}
