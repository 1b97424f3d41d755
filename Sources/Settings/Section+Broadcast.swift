import Broadcast
import FaceCore
import Yams

/// Values that only the targets and the control port have.
extension Section {
  /// A text, or null for none.
  mutating func optionalText(_ key: String, _ value: inout String?) {
    guard let node = take(key) else { return }
    if node.isNothing {
      value = nil
    } else if let read = node.scalar?.string, !read.isEmpty {
      value = read
    } else {
      refuse(key, node, "has to be a text, or null for none")
    }
  }

  /// The number of a face, or null for none; refused where so many are not followed.
  mutating func face(_ key: String, _ value: inout Int?, of count: Int) {
    guard let node = take(key) else { return }
    if node.isNothing {
      value = nil
    } else if let read = node.plainText.flatMap({ Int($0) }), (0..<FaceNumber.most).contains(read) {
      value = read
      guard read >= count else { return }
      refuse(key, node, "there is no such face: tracking.max_faces is \(count), and the first is 0")
    } else {
      refuse(key, node, "has to be null or a whole number from 0 to \(FaceNumber.most - 1)")
    }
  }

  /// The beginning of OSC addresses, made to begin with a slash and not to end with one; null or nothing for none.
  mutating func address(_ key: String, _ value: inout String) {
    guard let node = take(key) else { return }
    let parts = node.scalar?.string.split(separator: "/") ?? []
    let read = parts.map { "/" + $0 }.joined()
    if node.isNothing || node.scalar != nil && read.isEmpty {
      value = ""
    } else if isOSCAddress(read) {
      value = read
    } else {
      refuse(key, node, "has to be the beginning of an OSC address, such as FT, without spaces and any of #*,?[]{}")
    }
  }

  /// The texts of a list; nil if the key is not set or is wrong.
  mutating func texts(_ key: String) -> [(text: String, node: Node)]? {
    guard let node = take(key) else { return nil }
    let texts = node.sequence?.map { item in item.scalar.map { (text: $0.string, node: item) } }
    guard let texts, texts.allSatisfy({ $0 != nil }) else {
      refuse(key, node, "has to be a list of texts, such as [a, b]")
      return nil
    }
    return texts.compactMap { $0 }
  }

  /// Two numbers, the first of which may be the larger one only if `mayFall`; nil if the key is not set or is wrong.
  mutating func pair(_ key: String, mayFall: Bool) -> (Double, Double)? {
    guard let node = take(key) else { return nil }
    let numbers = node.sequence?.compactMap { $0.plainText.flatMap(decimal) } ?? []
    guard node.sequence?.count == 2, numbers.count == 2, numbers[0] != numbers[1], mayFall || numbers[0] < numbers[1],
      numbers.allSatisfy({ abs($0) <= 1e9 })
    else {
      refuse(key, node, "has to be two different numbers, such as [0, 1]\(mayFall ? "" : ", the smaller one first")")
      return nil
    }
    return (numbers[0], numbers[1])
  }

  mutating func networks(_ key: String, _ value: inout [NetworkPrefix]) {
    guard let items = texts(key) else { return }
    value = items.compactMap { item in
      let network = NetworkPrefix(item.text)
      if network == nil {
        refuse(key, item.node, "has to hold networks such as 192.168.1.0/24 or fd00::/8")
      }
      return network
    }
  }

  /// The user's own schema in the file that the key names; nil with a mistake if there is none.
  mutating func template(_ key: String) -> TemplateSchema.Configuration? {
    guard let node = take(key), let path = node.scalar?.string, !path.isEmpty, !node.isNothing else {
      note("\(self.path) has schema template, so it needs the key '\(key)' with a YAML file, as in contrib/schemas")
      return nil
    }
    return readTemplate(path, node)
  }

  mutating func templates(_ key: String, _ value: inout [TemplateSchema.Configuration]) {
    guard let items = texts(key) else { return }
    value = items.compactMap { readTemplate($0.text, $0.node) }
    let names = value.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 || SchemaKind(rawValue: name) != nil }) {
      refuse(key, "has to hold schemas of different names; '\(twice)' is there already")
    }
  }

  private func readTemplate(_ path: String, _ node: Node) -> TemplateSchema.Configuration? {
    do throws(SettingsError) {
      return try TemplateFile.load(path: absolutePath(path, besides: file))
    } catch .invalid(let mistakes) {
      note(mistakes)
    } catch {
      note("\(error)", at: node)
    }
    return nil
  }
}
