import Yams

/// Why a key cannot be set.
package struct SettingRefusal: Error, Equatable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension Configuration {
  /// The configuration with one key changed, checked as a file's would be.
  /// - Parameters:
  ///   - key: its path, such as `filters.lids.beta`; lists have none.
  ///   - value: as a file would have it.
  ///   - file: the configuration's file, beside which relative paths lie; nil for one that is none.
  /// - Throws: ``SettingRefusal`` with what would be right.
  package func setting(_ key: String, to value: String, besides file: String? = nil) throws(SettingRefusal)
    -> Configuration
  {
    let names = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard key.utf8.count <= 200, value.utf8.count <= 1000, names.allSatisfy({ !$0.isEmpty }) else {
      throw SettingRefusal("a key is a path such as filters.lids.beta, and its value at most 1000 bytes")
    }
    var node = Node.scalar(.init(value, .implicit, .plain))
    for name in names.reversed() { node = .mapping(.init([(.scalar(.init(name, .implicit, .plain)), node)])) }
    guard let yaml = try? Yams.serialize(node: node) else { throw SettingRefusal("\(key) cannot hold that value") }
    let log = MistakeLog(file: file ?? "set")
    let changed = Configuration.read(yaml: yaml, log: log, over: self)
    if let mistake = log.mistakes.first { throw SettingRefusal(mistake.text) }
    return changed
  }
}
