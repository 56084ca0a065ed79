#include "core/analysis/topclasses.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/analysis/elementreader.h"
#include "core/base/mappedfile.h"

namespace tenscope {

Result<std::vector<std::string>> readLabels(const std::filesystem::path& path)
{
    constexpr std::size_t most = 1'000'000;
    const auto file = MappedFile::open(path);
    if (!file)
        return fail(file.error());
    std::string_view rest(reinterpret_cast<const char*>((*file)->bytes().data()), (*file)->bytes().size());
    if (rest.find('\0') != std::string_view::npos)
        return fail(Error::read(path.string() + " is no text: labels are a text file with the name of one class on each line"));
    if (rest.starts_with("\xef\xbb\xbf"))
        rest.remove_prefix(3);
    std::vector<std::string> labels;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        labels.emplace_back(line);
        if (labels.size() > most)
            return fail(Error::read(path.string() + " has more than a million lines: it does not hold the names of classes"));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return labels;
}

bool isClassification(const Tensor& tensor, std::size_t classes)
{
    if (tensor.shape.empty() || tensor.shape.size() > 2 || tensor.shape.back() < 2)
        return false;
    return classes == 0 || std::size_t(tensor.shape.back()) == classes;
}

Result<std::vector<std::vector<RankedClass>>> topClasses(const Model& model, const Tensor& tensor, std::size_t count, std::size_t mostItems,
                                                         Progress& progress)
{
    if (tensor.shape.empty())
        return fail(Error::usage("a single number ranks no classes"));
    const auto reader = ElementReader::open(model, tensor);
    if (!reader)
        return fail(reader.error());
    std::vector<std::vector<RankedClass>> result;
    const std::size_t classes = std::size_t(tensor.shape.back());
    if (classes == 0)
        return result;
    const std::size_t items = std::min<std::size_t>(reader->elements() / classes, mostItems);
    std::vector<double> values(std::min<std::size_t>(classes, 4096));
    for (std::size_t item = 0; item < items; ++item) {
        // A heap with the least of the best on top.
        std::vector<RankedClass>& best = result.emplace_back();
        const auto isBetter = [](const RankedClass& a, const RankedClass& b) {
            return a.value != b.value ? a.value > b.value : a.index < b.index;
        };
        for (std::size_t first = 0; first < classes; first += values.size()) {
            if (progress.cancelled())
                return fail(Error::cancelled());
            const auto part = std::span(values).first(std::min(values.size(), classes - first));
            reader->read(item * classes + first, part);
            for (std::size_t i = 0; i < part.size(); ++i) {
                const RankedClass entry{first + i, part[i]};
                if (std::isnan(entry.value) || count == 0)
                    continue;
                if (best.size() == count) {
                    if (!isBetter(entry, best.front()))
                        continue;
                    std::pop_heap(best.begin(), best.end(), isBetter);
                    best.pop_back();
                }
                best.push_back(entry);
                std::push_heap(best.begin(), best.end(), isBetter);
            }
        }
        std::sort_heap(best.begin(), best.end(), isBetter);
    }
    return result;
}

}  // namespace tenscope
