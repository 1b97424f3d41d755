import Broadcast
import FaceCore
import Foundation
import Yams

/// A user's own schema in a YAML file, as those in `contrib/schemas`.
package enum TemplateFile {
  private static let maximumBytes = 1 << 18
  private static let maximumMessages = 1024

  /// How a template names blendshapes in addresses.
  enum Spelling: String, CaseIterable {
    case camel, pascal, snake

    func name(_ text: String) -> String {
      guard let channel = Blendshape(name: text) else { return text }
      return switch self {
      case .camel: channel.name
      case .pascal: channel.pascalName
      case .snake: channel.snakeName
      }
    }
  }

  /// When messages are sent.
  private enum Sending: String, CaseIterable {
    case always, changes
  }

  /// - Throws: ``SettingsError``.
  package static func load(path: String) throws(SettingsError) -> TemplateSchema.Configuration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(file: path, reason: "the schema's file cannot be read; is the path right?")
    }
    guard data.count <= maximumBytes, let text = String(data: data, encoding: .utf8) else {
      throw .unreadable(file: path, reason: "this is no schema: a few kilobytes of YAML in UTF-8")
    }
    return try parse(yaml: text, file: path)
  }

  /// - Throws: ``SettingsError/invalid(_:)`` with every mistake, by line and column.
  package static func parse(yaml: String, file: String) throws(SettingsError) -> TemplateSchema.Configuration {
    let log = MistakeLog(file: file)
    let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    var template = TemplateSchema.Configuration(name: name, messages: [])
    do {
      var top = Section(try Yams.compose(yaml: yaml), path: "", keyPath: "", log: log)
      read(&top, &template)
    } catch {
      log.add(syntaxMistake: error)
    }
    guard log.mistakes.isEmpty else { throw .invalid(log.sorted) }
    return template
  }

  private static func read(_ top: inout Section, _ template: inout TemplateSchema.Configuration) {
    top.text("name", &template.name)
    top.flag("bundle", &template.bundle)
    var sending = Sending.always
    top.choice("send", &sending)
    template.onChange = sending == .changes
    top.number("keep_alive_seconds", &template.keepAliveSeconds, in: 0...3600)
    let items = top.list("messages") ?? []
    for item in items { template.messages += readMessage(item) }
    if template.messages.isEmpty {
      top.note("a schema needs 'messages:', a list with at least one, such as '- {address: /jaw, value: jawOpen}'")
    } else if template.messages.count > maximumMessages {
      top.refuse("messages", "has to be at most \(maximumMessages) messages, and is \(template.messages.count)")
    }
    top.finish()
  }

  /// The messages that an item stands for: one, or one for each of `each`.
  private static func readMessage(_ item: Section) -> [TemplateSchema.Message] {
    var section = item
    var address = "/"
    section.text("address", &address)
    if !section.has("address") { section.note("\(section.path) needs an address, such as '/face/jaw'") }
    var spelling = Spelling.camel
    section.choice("names", &spelling)
    let repetition = section.node("each")?.scalar.flatMap { TemplateSchema.Repetition(rawValue: $0.string) }
    let each = repetition == nil ? section.each("each") : []
    let plain = address.replacing("{name}", with: "name").replacing("{index}", with: "0")
    if section.has("address"), !isOSCAddress(plain) || each == nil && plain != address {
      section.refuse(
        "address", "has to begin with '/' and to hold no spaces and none of #*,?[]; {name} and {index} go with 'each'")
    }
    let arguments = readArguments(&section, inEach: each != nil)
    section.finish()
    if let repetition {
      return [.init(address: address, arguments: arguments.map(\.repeated), repetition: repetition)]
    }
    return (each ?? [""]).enumerated().map { index, value in
      func fill(_ text: String) -> String {
        text.replacing("{name}", with: spelling.name(value)).replacing("{index}", with: String(index))
      }
      let filled = arguments.compactMap { $0.argument(each: TemplateValue(name: value), index: index, fill: fill) }
      return TemplateSchema.Message(address: fill(address), arguments: filled)
    }
  }

  private static func readArguments(_ section: inout Section, inEach: Bool) -> [TemplateArgument] {
    if let items = section.list("arguments") {
      return items.flatMap { item in
        var item = item
        defer { item.finish() }
        return TemplateArgument.read(&item, inEach: inEach, isAlone: false)
      }
    }
    return TemplateArgument.read(&section, inEach: inEach, isAlone: true)
  }
}
