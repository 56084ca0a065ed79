// Two ways to the same figures. Types of up to 16 bits have few codes: one pass counts how often each occurs, and all else
// follows from the counts. Wider types are decoded block by block, first for the moments and the range, then for the
// histogram. Both work on chunks of some megabytes, which threads take in turn; the chunks' results are merged in the
// order of the chunks, so that the figures do not depend on the number of threads.
#include "core/analysis/statistics.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include "core/analysis/elementreader.h"
#include "core/analysis/moments.h"

namespace tenscope {

namespace {

constexpr std::uint64_t chunkBytes = std::uint64_t(2) << 20;
constexpr std::uint64_t blockElements = 2048;  // 16 KiB of doubles: half of a level-1 cache
// Below this, the pages of a mapped tensor are kept between the passes.
constexpr std::uint64_t keptBytes = std::uint64_t(64) << 20;

struct Chunks {
    std::uint64_t elements;
    std::uint64_t size;  // in elements; whole bytes also for packed types

    explicit Chunks(const ElementReader& reader)
        : elements(reader.elements()),
          size(chunkBytes * 8 / std::max<std::uint64_t>(std::uint64_t(bits(reader.element())), 8))
    {
    }
    std::uint64_t count() const { return elements / size + (elements % size != 0); }
    std::uint64_t first(std::uint64_t chunk) const { return chunk * size; }
    std::uint64_t length(std::uint64_t chunk) const { return std::min(size, elements - first(chunk)); }
};

// Calls work(chunk, worker) for each chunk, on this thread and on up to `threads` - 1 others; reports begin … end.
// False when it was cancelled.
bool forEachChunk(std::uint64_t count, int threads, Progress& progress, double begin, double end,
                  const std::function<void(std::uint64_t, std::size_t)>& work)
{
    std::atomic<std::uint64_t> next = 0;
    const auto loop = [&](std::size_t worker) {
        for (std::uint64_t chunk; !progress.cancelled() && (chunk = next.fetch_add(1)) < count;) {
            work(chunk, worker);
            if (worker == 0)
                progress.report(begin + (end - begin) * double(chunk + 1) / double(count));
        }
    };
    {
        std::vector<std::jthread> others;
        const auto useful = std::min<std::uint64_t>(std::uint64_t(std::max(threads, 1)), count);
        for (std::size_t worker = 1; worker < useful; ++worker)
            others.emplace_back(loop, worker);
        loop(0);
    }
    return !progress.cancelled();
}

// Calls function(block) with the chunk's numbers, block by block.
template <class Function>
void forEachBlock(const ElementReader& reader, std::uint64_t first, std::uint64_t length, Function function)
{
    std::array<double, blockElements> buffer;
    for (std::uint64_t done = 0; done < length; done += blockElements) {
        const std::span<double> block = std::span(buffer).first(std::size_t(std::min(blockElements, length - done)));
        reader.read(first + done, block);
        function(block);
    }
}

TensorStatistics fromCodes(const ElementReader& reader, std::span<const std::uint64_t> codes, int bins)
{
    Moments moments;
    for (std::size_t code = 0; code < codes.size(); ++code)
        if (codes[code] > 0)
            moments.add(reader.decodeCode(std::uint32_t(code)), codes[code]);
    TensorStatistics result = moments.toStatistics();
    if (moments.finite == 0)
        return result;
    const Binner binner(result.min, result.max, bins);
    result.histogram = {binner.edges(), std::vector<std::uint64_t>(std::size_t(bins))};
    for (std::size_t code = 0; code < codes.size(); ++code) {
        const double value = codes[code] > 0 ? reader.decodeCode(std::uint32_t(code)) : 0.0;
        if (codes[code] > 0 && value - value == 0)  // finite
            result.histogram.counts[binner.bin(value)] += codes[code];
    }
    return result;
}

// Adds how often each code occurs in the bytes. Four tables: equal neighbours would wait for each other's sum in one.
void countBytes(std::span<const std::byte> bytes, std::span<std::uint64_t> counts)
{
    std::array<std::array<std::uint32_t, 256>, 4> tables{};
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4)
        for (std::size_t k = 0; k < 4; ++k)
            ++tables[k][std::to_integer<std::size_t>(bytes[i + k])];
    for (; i < bytes.size(); ++i)
        ++tables[0][std::to_integer<std::size_t>(bytes[i])];
    for (std::size_t code = 0; code < 256; ++code)
        for (const auto& table : tables)
            counts[code] += table[code];
}

void countPairs(std::span<const std::byte> bytes, std::span<std::uint64_t> counts)
{
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2)
        ++counts[std::to_integer<std::size_t>(bytes[i]) | std::to_integer<std::size_t>(bytes[i + 1]) << 8];
}

// Splits counts of bytes into counts of the 2- or 4-bit codes packed in them.
std::vector<std::uint64_t> unpackCounts(std::span<const std::uint64_t> bytes, int width)
{
    std::vector<std::uint64_t> counts(std::size_t(1) << width);
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
        for (int shift = 0; shift < 8; shift += width)
            counts[(byte >> shift) & (counts.size() - 1)] += bytes[byte];
    return counts;
}

Result<TensorStatistics> byCodes(const ElementReader& reader, int bins, Progress& progress, int threads)
{
    const int width = bits(reader.element());
    const Chunks chunks(reader);
    const std::span<const std::byte> bytes = reader.denseBytes();
    const auto codes = std::size_t(1) << std::max(width, 8);
    std::vector<std::vector<std::uint64_t>> counts(std::size_t(std::max(threads, 1)), std::vector<std::uint64_t>(codes));
    const bool done = forEachChunk(chunks.count(), threads, progress, 0, 1, [&](std::uint64_t chunk, std::size_t worker) {
        const std::uint64_t first = chunks.first(chunk), length = chunks.length(chunk);
        const auto part = bytes.subspan(std::size_t(first * std::uint64_t(width) / 8),
                                        std::size_t((length * std::uint64_t(width) + 7) / 8));
        width == 16 ? countPairs(part, counts[worker]) : countBytes(part, counts[worker]);
        reader.release(first, length);
    });
    if (!done)
        return fail(Error::cancelled());
    for (std::size_t worker = 1; worker < counts.size(); ++worker)
        for (std::size_t code = 0; code < codes; ++code)
            counts[0][code] += counts[worker][code];
    if (width >= 8)
        return fromCodes(reader, counts[0], bins);

    // The last byte may hold fewer elements than fit; its padding was counted with the rest.
    std::vector<std::uint64_t> unpacked = unpackCounts(counts[0], width);
    const std::uint64_t perByte = 8 / std::uint64_t(width);
    for (std::uint64_t element = reader.elements(); element % perByte != 0; ++element) {
        const auto byte = std::to_integer<std::uint32_t>(bytes.back());
        --unpacked[(byte >> (element % perByte * std::uint64_t(width))) & ((1u << width) - 1)];
    }
    return fromCodes(reader, unpacked, bins);
}

struct Extra {
    std::uint64_t zeros = 0;  // implicit elements of a sparse tensor
    std::uint64_t times = 1;  // how often every element counts
};

Result<TensorStatistics> byDecoding(const ElementReader& reader, Extra extra, int bins, Progress& progress, int threads)
{
    const Chunks chunks(reader);
    const bool keep = chunks.elements <= keptBytes * 8 / std::max<std::uint64_t>(std::uint64_t(bits(reader.element())), 1);
    std::vector<Moments> parts(std::size_t(chunks.count()));
    bool done = forEachChunk(chunks.count(), threads, progress, 0, 0.5, [&](std::uint64_t chunk, std::size_t) {
        const std::uint64_t first = chunks.first(chunk), length = chunks.length(chunk);
        Moments part;
        forEachBlock(reader, first, length, [&](std::span<double> block) { part.add(block); });
        parts[std::size_t(chunk)] = part;
        if (!keep)
            reader.release(first, length);
    });
    if (!done)
        return fail(Error::cancelled());
    Moments moments;
    for (const Moments& part : parts)
        moments.merge(part);
    moments.add(0.0, extra.zeros);
    moments.repeat(extra.times);
    TensorStatistics result = moments.toStatistics();
    if (moments.finite == 0) {
        reader.release(0, reader.elements());
        return result;
    }

    const Binner binner(result.min, result.max, bins);
    std::vector<std::vector<std::uint64_t>> counts(std::size_t(std::max(threads, 1)),
                                                   std::vector<std::uint64_t>(std::size_t(bins)));
    done = forEachChunk(chunks.count(), threads, progress, 0.5, 1, [&](std::uint64_t chunk, std::size_t worker) {
        const std::uint64_t first = chunks.first(chunk), length = chunks.length(chunk);
        forEachBlock(reader, first, length, [&](std::span<const double> block) { binner.add(block, counts[worker]); });
        reader.release(first, length);
    });
    if (!done)
        return fail(Error::cancelled());
    if (extra.zeros > 0)
        counts[0][binner.bin(0)] += extra.zeros;
    result.histogram = {binner.edges(), std::vector<std::uint64_t>(std::size_t(bins))};
    for (const auto& part : counts)
        for (std::size_t i = 0; i < part.size(); ++i)
            result.histogram.counts[i] += part[i] * extra.times;
    return result;
}

}  // namespace

Result<TensorStatistics> statistics(const Model& model, const Tensor& tensor, int bins, Progress& progress, int threads)
{
    if (progress.cancelled())
        return fail(Error::cancelled());
    auto reader = ElementReader::open(model, tensor);
    if (!reader)
        return fail(reader.error());
    bins = std::clamp(bins, 1, 1 << 20);

    if (reader->isText()) {
        TensorStatistics result;
        result.elements = reader->elements();
        return result;
    }
    if (const ElementReader* values = reader->sparseValues())
        return byDecoding(*values, {reader->elements() - values->elements(), 1}, bins, progress, threads);
    // Counting 16-bit codes has a table of half a megabyte to fill and to read, which small tensors do not pay back.
    const bool isLarge = bits(reader->element()) <= 8 || reader->elements() >= 65536;
    const auto ordered = reader->storageOrder();
    if (ordered.times == 1 && ordered.reader.hasCodes() && !ordered.reader.denseBytes().empty() && isLarge)
        return byCodes(ordered.reader, bins, progress, threads);
    return byDecoding(ordered.reader, {0, ordered.times}, bins, progress, threads);
}

}  // namespace tenscope
