import Broadcast
import FaceCore
import Yams

/// One argument as the file has it, before `each` is filled in.
struct TemplateArgument {
  /// Where the argument's value comes from.
  enum Content {
    case value(TemplateValue)
    /// The value that `each` stands at.
    case each
    case text(String)
    case number(Double)
    case index
  }

  /// An argument's type by its OSC tag.
  enum ArgumentType: String, CaseIterable {
    case float = "f"
    case int = "i"
    case double = "d"
    case bool = "T"
    case string = "s"
  }

  var content: Content
  var type: ArgumentType?
  var conversion = TemplateSchema.Conversion(.present)

  /// The factors from each natural unit.
  private static let units: [String: (kind: TemplateValue.Kind, factor: Double)] = [
    "degrees": (.angle, 1), "radians": (.angle, .pi / 180), "turns": (.angle, 1.0 / 360), "metres": (.length, 1),
    "centimetres": (.length, 100), "millimetres": (.length, 1000), "seconds": (.time, 1), "milliseconds": (.time, 1000),
  ]

  /// The arguments that the keys `value`, `values` or `static` stand for.
  /// - Parameter isAlone: whether the keys stand in a message, which may have no argument at all.
  static func read(_ section: inout Section, inEach: Bool, isAlone: Bool) -> [TemplateArgument] {
    let contents = readContents(&section, inEach: inEach, isAlone: isAlone)
    var type = ArgumentType.float
    section.choice("type", &type)
    let hasType = section.has("type")
    var conversion = TemplateSchema.Conversion(.present)
    conversion.type = .init(rawValue: type.rawValue) ?? .float
    readMapping(&section, &conversion)
    let kinds = contents.compactMap { content -> TemplateValue.Kind? in
      if case .value(let value) = content { return value.kind }
      return nil
    }
    conversion.scale *= readUnit(&section, kinds)
    let hasValues = contents.contains { if case .text = $0 { false } else { true } }
    if type == .string, hasValues { section.refuse("type", "s is for 'static' texts only; numbers are f, i, d or T") }
    return contents.map { TemplateArgument(content: $0, type: hasType ? type : nil, conversion: conversion) }
  }

  private static func readContents(_ section: inout Section, inEach: Bool, isAlone: Bool) -> [Content] {
    let given = ["value", "values", "static"].filter(section.has)
    if given.count != 1, !(isAlone && given.isEmpty && !inEach) {
      section.note("\(section.path) needs one of 'value', 'values' and 'static', such as 'value: jawOpen'")
    }
    let constant = section.node("static")
    let value = section.node("value")
    let values = section.texts("values")
    let names = values ?? value.flatMap { node in node.scalar.map { [(text: $0.string, node: node)] } } ?? []
    if let value, value.scalar == nil { section.refuse("value", value, "has to be a name, such as jawOpen or yaw") }
    let read = names.compactMap { name -> Content? in
      if inEach, name.text == "each" { return .each }
      if let value = TemplateValue(name: name.text) { return .value(value) }
      let hint = nearestName(to: name.text, among: TemplateValue.names).map { "; did you mean '\($0)'?" } ?? ""
      section.note("there is no value '\(name.text)'\(hint)", at: name.node)
      return nil
    }
    return read + (constant.map { [readConstant($0, &section)] } ?? [])
  }

  private static func readConstant(_ node: Node, _ section: inout Section) -> Content {
    guard let scalar = node.scalar else {
      section.refuse("static", node, "has to be a text or a number")
      return .number(0)
    }
    if scalar.string == "{index}" { return .index }
    if let number = node.plainText.flatMap(decimal) { return .number(number) }
    return .text(scalar.string)
  }

  private static func readMapping(_ section: inout Section, _ conversion: inout TemplateSchema.Conversion) {
    if let sign = section.choice("sign", of: ["1", "+1", "-1"]) { conversion.scale = sign == "-1" ? -1 : 1 }
    if let from = section.pair("from", mayFall: false) { conversion.from = from.0...from.1 }
    if let range = section.pair("range", mayFall: true) {
      conversion.range = min(range.0, range.1)...max(range.0, range.1)
      conversion.isReversed = range.0 > range.1
    }
    if conversion.from != nil, conversion.range == nil {
      section.refuse("from", "goes with 'range', what it is mapped to")
    }
    section.number("threshold", &conversion.threshold, in: -1e9...1e9)
  }

  private static func readUnit(_ section: inout Section, _ kinds: [TemplateValue.Kind]) -> Double {
    guard let name = section.choice("unit", of: units.keys.sorted()), let unit = units[name] else { return 1 }
    if kinds.contains(where: { $0 != unit.kind }) || kinds.isEmpty {
      section.refuse("unit", "is no unit of these values; angles have degrees, radians or turns, positions metres")
    }
    return unit.factor
  }

  /// The argument with `each` filled in; nil where a value is missing, which is a mistake that was noted.
  func argument(each: TemplateValue?, index: Int, fill: (String) -> String) -> TemplateSchema.Argument? {
    switch content {
    case .text(let text): return .constant(.string(fill(text)))
    case .index: return constant(Double(index), isWhole: true)
    case .number(let number): return constant(number, isWhole: number == number.rounded())
    case .value(let value): return .value(conversion(of: value))
    case .each: return each.map { .value(conversion(of: $0)) }
    }
  }

  /// The argument of a message that is repeated for names that are known only later.
  var repeated: TemplateSchema.Argument {
    switch content {
    case .text(let text): .eachName(text)
    case .index: .eachIndex(.init(rawValue: type?.rawValue ?? "i") ?? .int)
    case .number(let number): constant(number, isWhole: number == number.rounded())
    case .value(let value): .value(conversion(of: value))
    case .each: .each(conversion)
    }
  }

  private func conversion(of value: TemplateValue) -> TemplateSchema.Conversion {
    var conversion = conversion
    conversion.value = value
    return conversion
  }

  /// A number as the type asks, else as an `i` where it is whole.
  private func constant(_ number: Double, isWhole: Bool) -> TemplateSchema.Argument {
    switch type ?? (isWhole ? .int : .float) {
    case .int: .constant(.int32(Int32(clamping: Int(max(-1e15, min(1e15, number.rounded()))))))
    case .float: .constant(.float(Float(number)))
    case .double: .constant(.double(number))
    case .bool: .constant(.bool(number != 0))
    case .string: .constant(.string(isWhole ? String(Int(number)) : String(number)))
    }
  }
}

extension Section {
  /// The values that `each` runs over: the 52 blendshapes in ARKit's alphabetical order, or a list of names.
  mutating func each(_ key: String) -> [String]? {
    guard let node = node(key) else { return nil }
    if node.scalar?.string == "blendshapes" { return Blendshape.allCases.map(\.name) }
    let names = node.sequence?.compactMap { $0.scalar?.string } ?? []
    if names.isEmpty || !names.allSatisfy({ TemplateValue(name: $0) != nil }) {
      refuse(key, node, "has to be blendshapes, rig, triggers, or a list of values such as [jawOpen, yaw]")
      return []
    }
    return names
  }
}
