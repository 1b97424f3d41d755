import Yams

/// A mapping of the file, read key by key. What is missing keeps its default; what is wrong goes to the log and keeps it too.
///
/// Each method reads one key; ``finish()`` at the end refuses keys that nobody asked for.
struct Section {
  /// Where it lies, such as `filters.lids`; empty at the top.
  let path: String
  /// Where it begins.
  let mark: Mark?
  let values: [(key: Node, value: Node)]
  let log: MistakeLog
  /// The path that stands for all items of a list, such as `targets[]`.
  let keyPath: String
  private var asked: [String] = []

  /// The section of a node; nothing at all is an empty section.
  init(_ node: Node?, path: String, keyPath: String, log: MistakeLog) {
    self.path = path
    self.keyPath = keyPath
    self.log = log
    mark = node?.mark
    guard let node, !node.isNothing else {
      values = []
      return
    }
    values = node.mapping.map { $0.map { (key: $0.key, value: $0.value) } } ?? []
    if node.mapping == nil {
      log.add("\(path.isEmpty ? "the file" : path) is \(node.kind), but has to be a section of keys", at: node.mark)
    }
  }

  mutating func section(_ key: String) -> Section {
    Section(take(key), path: full(key), keyPath: full(key, in: keyPath), log: log)
  }

  /// The items of a list of sections; nil if the key is not set.
  mutating func list(_ key: String) -> [Section]? {
    guard let node = take(key) else { return nil }
    guard let items = node.sequence else {
      log.add("\(full(key)) is \(node.kind), but has to be a list, each item beginning with '- '", at: node.mark)
      return nil
    }
    let keyPath = full(key, in: keyPath) + "[]"
    return items.enumerated().map { Section($1, path: "\(full(key))[\($0)]", keyPath: keyPath, log: log) }
  }

  mutating func integer(_ key: String, _ value: inout Int, in range: ClosedRange<Int>) {
    guard let node = take(key) else { return }
    guard let read = node.plainText.flatMap({ Int($0) }), range.contains(read) else {
      let right = "a whole number from \(range.lowerBound) to \(range.upperBound)"
      return refuse(key, node, "has to be \(right), such as \(value)")
    }
    value = read
  }

  mutating func number(_ key: String, _ value: inout Double, in range: ClosedRange<Double>) {
    guard let node = take(key) else { return }
    guard let read = node.plainText.flatMap(decimal), range.contains(read) else {
      let right = "a number from \(brief(range.lowerBound)) to \(brief(range.upperBound))"
      return refuse(key, node, "has to be \(right), such as \(brief(value))")
    }
    value = read
  }

  /// A number, or a word that stands for none.
  mutating func number(_ key: String, _ value: inout Double?, orNil word: String, in range: ClosedRange<Double>) {
    guard let node = take(key) else { return }
    if node.plainText == word || node.isNothing {
      value = nil
    } else if let read = node.plainText.flatMap(decimal), range.contains(read) {
      value = read
    } else {
      let right = "\(word) or a number from \(brief(range.lowerBound)) to \(brief(range.upperBound))"
      refuse(key, node, "has to be \(right)")
    }
  }

  /// A number or one of some words.
  enum NumberOrName: Equatable {
    case number(Double)
    case name(String)
  }

  /// One of these names, or a number in a range; nil if the key is not set or is wrong.
  mutating func number(
    _ key: String, or names: [String], in range: ClosedRange<Double>, unit: String
  ) -> NumberOrName? {
    guard let node = take(key) else { return nil }
    let text = node.plainText ?? ""
    if names.contains(text) { return .name(text) }
    if let read = decimal(text), range.contains(read) { return .number(read) }
    let choices = names.joined(separator: ", ")
    refuse(
      key, node, "has to be one of \(choices) or \(unit)from \(brief(range.lowerBound)) to \(brief(range.upperBound))")
    return nil
  }

  /// A mapping of names to whole numbers, or true and false for 1 and 0.
  mutating func integers(_ key: String, _ value: inout [String: Int]) {
    guard let node = take(key) else { return }
    guard !node.isNothing else { return value = [:] }
    guard let items = node.mapping else { return refuse(key, node, "has to be a section of names and whole numbers") }
    var read: [String: Int] = [:]
    for (name, item) in items {
      let text = item.plainText?.lowercased() ?? ""
      guard let name = name.scalar?.string, let number = Int(text) ?? ["true": 1, "false": 0][text] else {
        let place = "\(full(key)).\(name.scalar?.string ?? name.kind)"
        log.add(
          "\(place) is \(item.scalar?.string ?? item.kind), but has to be a whole number, or true or false",
          at: item.mark)
        continue
      }
      read[name] = number
    }
    value = read
  }

  mutating func flag(_ key: String, _ value: inout Bool) {
    guard let node = take(key) else { return }
    switch node.plainText?.lowercased() {
    case "true", "yes", "on": value = true
    case "false", "no", "off": value = false
    default: refuse(key, node, "has to be true or false")
    }
  }

  /// A text that is not empty.
  mutating func text(_ key: String, _ value: inout String) {
    guard let node = take(key) else { return }
    guard let read = node.scalar?.string, !node.isNothing, !read.isEmpty else {
      return refuse(key, node, "has to be a text, such as \(value)")
    }
    value = read
  }

  /// A path made absolute by the log's file, or null.
  mutating func path(_ key: String, _ value: inout String?) {
    guard let node = take(key) else { return }
    if node.isNothing {
      value = nil
    } else if let read = node.scalar?.string, !read.isEmpty {
      value = absolutePath(read, besides: log.file)
    } else {
      refuse(key, node, "has to be a path, or null for none")
    }
  }

  mutating func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ value: inout Value)
  where Value.RawValue == String {
    guard let name = choice(key, of: Value.allCases.map(\.rawValue)), let read = Value(rawValue: name) else { return }
    value = read
  }

  /// One of these names; nil if the key is not set or is wrong.
  mutating func choice(_ key: String, of names: [String]) -> String? {
    guard let node = take(key) else { return nil }
    let read = node.scalar?.string ?? ""
    if names.contains(read) { return read }
    let hint = nearestName(to: read, among: names).map { "; did you mean '\($0)'?" } ?? ""
    refuse(key, node, "has to be one of \(names.joined(separator: ", "))\(hint)")
    return nil
  }

  /// Whether the file sets the key.
  func has(_ key: String) -> Bool { value(of: key) != nil }

  /// Notes a mistake about a key that was read.
  func refuse(_ key: String, _ right: String) {
    guard let node = value(of: key) else { return }
    refuse(key, node, right)
  }

  /// The file, which relative paths start from.
  var file: String { log.file }

  /// Notes a mistake at a node, or about the section as a whole.
  func note(_ text: String, at node: Node? = nil) { log.add(text, at: node?.mark ?? mark) }

  /// Notes the mistakes of another file.
  func note(_ mistakes: [Mistake]) { log.add(mistakes) }

  /// The node of a key as it is.
  mutating func node(_ key: String) -> Node? { take(key) }

  /// Refuses every key that was not asked for.
  /// - Parameter explain: a reason for a key that is known but out of place.
  func finish(explain: (String) -> String? = { _ in nil }) {
    for (key, _) in values where !asked.contains(key.scalar?.string ?? "") {
      let name = key.scalar?.string ?? key.kind
      let place = path.isEmpty ? "" : " in \(path)"
      let right =
        explain(name) ?? nearestName(to: name, among: asked).map { "did you mean '\($0)'?" }
        ?? "known here: \(asked.joined(separator: ", "))"
      log.add("unknown key '\(name)'\(place); \(right)", at: key.mark)
    }
  }

  /// The value of a key, which is asked for by that.
  mutating func take(_ key: String) -> Node? {
    asked.append(key)
    let node = value(of: key)
    log.note(key: full(key, in: keyPath), isPresent: node != nil)
    return node
  }

  private func value(of key: String) -> Node? { values.first { $0.key.scalar?.string == key }?.value }

  /// Notes a mistake about a node of a key's.
  func refuse(_ key: String, _ node: Node, _ right: String) {
    let wrong = node.isNothing ? "empty" : node.scalar.map { $0.style == .plain ? $0.string : "'\($0.string)'" }
    log.add("\(full(key)) is \(wrong ?? node.kind), but \(right)", at: node.mark)
  }

  func full(_ key: String, in path: String? = nil) -> String {
    let path = path ?? self.path
    return path.isEmpty ? key : "\(path).\(key)"
  }
}

extension Node {
  /// What the node is, for a message.
  var kind: String {
    switch self {
    case .scalar: "a single value"
    case .mapping: "a section"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }

  /// The text of a scalar without quotes, nil for anything else.
  var plainText: String? { scalar.flatMap { $0.style == .plain ? $0.string : nil } }

  /// Whether this is YAML's null: no value, `~` or `null`.
  var isNothing: Bool { plainText.map { ["", "~", "null"].contains($0) } ?? false }
}

/// A decimal number as people write it; no hexadecimal, infinity or NaN.
func decimal(_ text: String) -> Double? {
  text.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) } ? Double(text) : nil
}

/// A number without a fraction of zero.
private func brief(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }
