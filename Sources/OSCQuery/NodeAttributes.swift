import Broadcast

/// The attributes of a node by their names in the OSCQuery proposal; what is nil does not concern the node.
struct NodeAttributes: Encodable {
  var fullPath: String?
  var description: String?
  /// 0 no value, 1 can be read, 2 can be written, 3 both.
  var access: Int?
  var type: String?
  var value: [OSCValue]?
  var range: [MethodFacts.Range]?
  var unit: [String]?
  var clipMode: [String]?
  var contents: [String: NodeAttributes]?

  /// The names in the proposal.
  enum CodingKeys: String, CodingKey {
    case fullPath = "FULL_PATH"
    case description = "DESCRIPTION"
    case access = "ACCESS"
    case type = "TYPE"
    case value = "VALUE"
    case range = "RANGE"
    case unit = "UNIT"
    case clipMode = "CLIPMODE"
    case contents = "CONTENTS"
  }

  /// The optional attributes that are served, as HOST_INFO lists them.
  static let extensions = ["ACCESS", "CLIPMODE", "DESCRIPTION", "LISTEN", "RANGE", "UNIT", "VALUE"]

  /// Only the attributes with these names; nil where one is none that is served.
  func only(_ names: [String]) -> NodeAttributes? {
    var result = NodeAttributes()
    for name in names {
      switch CodingKeys(rawValue: name) {
      case .fullPath: result.fullPath = fullPath
      case .description: result.description = description
      case .access: result.access = access
      case .type: result.type = type
      case .value: result.value = value
      case .range: result.range = range
      case .unit: result.unit = unit
      case .clipMode: result.clipMode = clipMode
      case .contents: result.contents = contents
      case nil: return nil
      }
    }
    return result
  }
}

/// One value as JSON: a number or a text, null for types that are their own value (proposal, "Optional Attributes").
struct OSCValue: Encodable {
  let argument: OSCArgument

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch argument {
    case .int32(let value): try container.encode(value)
    case .int64(let value): try container.encode(value)
    // By its shortest text: 0.1, not 0.10000000149.
    case .float(let value): try container.encode(Double(value.description) ?? 0)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .bool, .other: try container.encodeNil()
    }
  }
}

/// The answer to `?HOST_INFO`.
struct HostInformation: Encodable {
  var name: String
  var extensions: [String: Bool]
  var oscPort: Int?
  var oscTransport: String

  /// The names in the proposal.
  enum CodingKeys: String, CodingKey {
    case name = "NAME"
    case extensions = "EXTENSIONS"
    case oscPort = "OSC_PORT"
    case oscTransport = "OSC_TRANSPORT"
  }
}
