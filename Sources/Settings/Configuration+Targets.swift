import Broadcast

extension Configuration {
  /// The options of a target that only some schemas have.
  static let targetOptions: [String: [SchemaKind]] = [
    "bundle": [.native, .vmc, .vrchat, .facecap],
    "channels": [.native, .vmc], "role": [.vmc], "names": [.vmc], "head": [.vmc], "neck_share": [.vmc],
    "eye_bones": [.vmc],
    "parameters": [.vrchat], "bits": [.vrchat], "eyes": [.vrchat], "keep_alive_seconds": [.vrchat],
    "prefix": [.vrchat, .babble], "subject": [.livelinkface], "template": [.template],
  ]

  /// - Parameter faces: how many faces there are to choose from.
  static func readTarget(_ item: Section, faces: Int) -> Target? {
    var section = item
    var target = Target()
    section.text("host", &target.host)
    var kind = SchemaKind.vmc
    section.choice("schema", &kind)
    let schema = readSchema(kind, &section)
    target.port = kind.defaultPort
    if case .vmc(let options) = schema, options.role == .assistant { target.port = 39540 }
    section.integer("port", &target.port, in: 1...65535)
    section.face("face", &target.face, of: faces)
    section.integer("ttl", &target.multicastTTL, in: 1...255)
    section.optionalText("interface", &target.interface)
    section.finish { key in
      guard let kinds = targetOptions[key] else { return nil }
      let names = kinds.map(\.rawValue).joined(separator: ", ")
      return "this is an option of schema \(names), and the target's is \(kind.rawValue)"
    }
    guard let schema else { return nil }
    target.schema = schema
    return target
  }

  private static func readSchema(_ kind: SchemaKind, _ section: inout Section) -> SchemaConfiguration? {
    switch kind {
    case .native:
      var options = NativeSchema.Configuration()
      section.flag("bundle", &options.bundle)
      section.choice("channels", &options.channels)
      return .native(options)
    case .vmc: return .vmc(readVMC(&section))
    case .vrchat: return .vrchat(readVRChat(&section))
    case .babble:
      var options = BabbleSchema.Configuration()
      section.address("prefix", &options.prefix)
      return .babble(options)
    case .facecap:
      var options = FaceCapSchema.Configuration()
      section.flag("bundle", &options.bundle)
      return .facecap(options)
    case .livelinkface:
      var options = LiveLinkFaceSchema.Configuration()
      section.text("subject", &options.subject)
      if !(1...64).contains(options.subject.utf8.count) { section.refuse("subject", "has to be 1 to 64 bytes long") }
      return .livelinkface(options)
    case .template: return section.template("template").map { .template($0) }
    case .etvr, .phiz, .faceosc, .ifacialmocap, .opentrack: return kind.configuration
    }
  }

  private static func readVMC(_ section: inout Section) -> VMCSchema.Configuration {
    var options = VMCSchema.Configuration()
    section.flag("bundle", &options.bundle)
    section.choice("role", &options.role)
    if options.role == .assistant { options.head = .tracker }
    // `arkit` is what earlier files call `pascal`.
    let names = VMCSchema.Configuration.Names.allCases.map(\.rawValue) + ["arkit"]
    if let name = section.choice("names", of: names) { options.names = .init(rawValue: name) ?? .pascal }
    section.choice("channels", &options.channels)
    section.choice("head", &options.head)
    var neckShare = Double(String(options.neckShare)) ?? 0
    section.number("neck_share", &neckShare, in: 0...1)
    options.neckShare = Float(neckShare)
    section.flag("eye_bones", &options.eyeBones)
    return options
  }

  private static func readVRChat(_ section: inout Section) -> VRChatSchema.Configuration {
    var options = VRChatSchema.Configuration()
    section.flag("bundle", &options.bundle)
    section.choice("parameters", &options.parameters)
    var prefix = ""
    section.address("prefix", &prefix)
    if !prefix.isEmpty { options.prefix = prefix.dropFirst() + "/" }
    section.integer("bits", &options.bits, in: 1...7)
    section.flag("eyes", &options.eyes)
    section.number("keep_alive_seconds", &options.keepAliveSeconds, in: 0...9)
    return options
  }

  static func readControl(_ top: inout Section, _ control: inout ControlConfiguration) {
    var section = top.section("control")
    section.integer("port", &control.port, in: 0...65535)
    section.networks("networks", &control.networks)
    section.integer("max_subscribers", &control.maxSubscribers, in: 0...4096)
    section.templates("templates", &control.templates)
    section.finish()
  }
}
