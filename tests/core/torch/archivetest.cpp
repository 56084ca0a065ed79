#include "core/torch/archive.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <fstream>

using namespace tenscope;

namespace {

template <class T>
void put(std::string& bytes, T value)
{
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

struct Entry {
    std::string name;
    std::string content;
    std::uint32_t crc = 0;
    std::uint16_t method = 0;
    std::uint32_t size = 0;  // claimed; 0: the content's
    std::uint32_t offset = 0xffffffff;  // claimed; else where it is
};

// A zip file with what the entries claim, true or not.
std::string zip(const std::vector<Entry>& entries)
{
    std::string file;
    std::string directory;
    for (const Entry& entry : entries) {
        const auto offset = entry.offset != 0xffffffff ? entry.offset : std::uint32_t(file.size());
        const auto stored = std::uint32_t(entry.content.size());
        const std::uint32_t size = entry.size != 0 ? entry.size : stored;
        std::string common;
        put<std::uint16_t>(common, 20);
        put<std::uint16_t>(common, 0);
        put<std::uint16_t>(common, entry.method);
        put<std::uint32_t>(common, 0);
        put<std::uint32_t>(common, entry.crc);
        put<std::uint32_t>(common, stored);
        put<std::uint32_t>(common, size);
        put<std::uint16_t>(common, std::uint16_t(entry.name.size()));
        put<std::uint16_t>(common, 0);
        file += std::string("PK\3\4") + common + entry.name + entry.content;
        directory += "PK\1\2";
        put<std::uint16_t>(directory, 20);
        directory += common;
        put<std::uint16_t>(directory, 0);
        put<std::uint16_t>(directory, 0);
        put<std::uint16_t>(directory, 0);
        put<std::uint32_t>(directory, 0);
        put<std::uint32_t>(directory, offset);
        directory += entry.name;
    }
    const auto start = std::uint32_t(file.size());
    file += directory;
    file += "PK\5\6";
    put<std::uint32_t>(file, 0);
    put<std::uint16_t>(file, std::uint16_t(entries.size()));
    put<std::uint16_t>(file, std::uint16_t(entries.size()));
    put<std::uint32_t>(file, std::uint32_t(directory.size()));
    put<std::uint32_t>(file, start);
    put<std::uint16_t>(file, 0);
    return file;
}

}  // namespace

class ArchiveTest : public QObject {
    Q_OBJECT

private slots:
    void readsRecords();
    void refusesLies_data();
    void refusesLies();
    void checksumIsHeld();

private:
    Result<Archive> open(const std::string& bytes)
    {
        const std::string path = m_folder.filePath("a.zip").toStdString();
        std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
        const auto file = MappedFile::open(path);
        return file ? Archive::open(*file) : Result<Archive>(fail(file.error()));
    }

    QTemporaryDir m_folder;
};

void ArchiveTest::readsRecords()
{
    // The checksum of "123456789" is CRC-32's published check value.
    const auto archive = open(zip({{"m/version", "123456789", 0xcbf43926}, {"m/data/0", "", 0}}));
    QVERIFY(archive.has_value());
    QCOMPARE(archive->records().size(), std::size_t(2));
    QCOMPARE(archive->records()[0].name, std::string("version"));
    QCOMPARE(archive->text("version"), std::string("123456789"));
    QVERIFY(archive->has("data/0"));
    QVERIFY(!archive->has("m/version"));
    const Archive::Record* record = archive->find("version");
    QCOMPARE(std::memcmp(archive->file()->bytes().data() + record->offset, "123456789", 9), 0);
}

void ArchiveTest::refusesLies_data()
{
    QTest::addColumn<QByteArray>("file");
    const auto row = [](const char* name, const std::vector<Entry>& entries) {
        const std::string bytes = zip(entries);
        QTest::newRow(name) << QByteArray(bytes.data(), qsizetype(bytes.size()));
    };
    row("larger than it is", {{"m/a", "abc", 0, 0, 1000}});
    row("unpacks to more than deflate can", {{"m/a", "abc", 0, 8, 4'000'000'000u}});
    row("not where it should be", {{"m/a", "abc", 0, 0, 0, 7}});
    row("two at one place", {{"m/a", "abc"}, {"m/b", "abc", 0, 0, 0, 0}});
    row("unknown method", {{"m/a", "abc", 0, 12}});
    std::string cut = zip({{"m/a", "abc"}});
    cut.erase(5, 20);
    QTest::newRow("something is missing") << QByteArray(cut.data(), qsizetype(cut.size()));
}

void ArchiveTest::refusesLies()
{
    QFETCH(QByteArray, file);
    const auto archive = open(file.toStdString());
    QVERIFY(!archive);
    QCOMPARE(archive.error().kind, ErrorKind::Read);
}

void ArchiveTest::checksumIsHeld()
{
    const auto archive = open(zip({{"m/a", "123456789", 1}}));
    QVERIFY(archive.has_value());
    const auto content = archive->read(*archive->find("a"));
    QVERIFY(!content);
    QVERIFY(content.error().message.find("checksum") != std::string::npos);
}

QTEST_GUILESS_MAIN(ArchiveTest)

#include "archivetest.moc"
