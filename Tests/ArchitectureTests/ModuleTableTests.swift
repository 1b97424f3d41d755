import Foundation
import Testing

/// Compares the `import` lines of every module with the module table in the README.
@Suite struct ModuleTableTests {
  /// Modules of the toolchain and of packages, which the table doesn't list.
  static let foreign: Set = [
    "ArgumentParser", "Dispatch", "FlyingFox", "FlyingSocks", "Foundation", "FoundationEssentials", "Glibc", "Logging",
    "ServiceLifecycle",
    "SwiftProtobuf",
    "Synchronization",
    "SwiftProtobuf", "Synchronization", "UnixSignals", "Yams",
  ]

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Module → what it may import, from the rows "| `Module` | what it is | `A` `B` |" of the README.
  static func table() throws -> [String: Set<String>] {
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    var table: [String: Set<String>] = [:]
    for line in readme.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { String($0) }
      guard cells.count == 3 else { continue }
      for module in names(in: cells[0]) { table[module] = Set(names(in: cells[2])) }
    }
    return table
  }

  static func names(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }

  static func modules() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path()).sorted()
  }

  @Test func everyModuleStandsInTheTable() throws {
    let table = try Self.table()
    for module in try Self.modules() { #expect(table[module] != nil, "\(module) is not in the README's module table") }
    for module in table.keys {
      #expect(try Self.modules().contains(module), "\(module) is in the table, not in Sources")
    }
  }

  @Test(arguments: try ModuleTableTests.modules())
  func importsOnlyWhatTheTableAllows(module: String) throws {
    let allowed = try Self.table()[module] ?? []
    let folder = Self.root.appending(path: "Sources/\(module)")
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index < 2,
          index == 0 || words[0].hasPrefix("@") || words[0] == "package"
        else { continue }
        let name = String(words[index + 1].split(separator: ".")[0])
        #expect(
          allowed.contains(name) || Self.foreign.contains(name),
          "\(file.lastPathComponent) of \(module) imports \(name), which the README's table doesn't allow")
      }
    }
  }
}
