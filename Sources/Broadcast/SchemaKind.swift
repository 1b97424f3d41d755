import FaceCore

/// The wire formats, by the names that a configuration file and a subscriber use.
package enum SchemaKind: String, CaseIterable, Sendable {
  case native, vmc, vrchat, babble, etvr, facecap, phiz, faceosc, ifacialmocap, livelinkface, opentrack, template

  /// The port on which receivers of the format listen unless told otherwise.
  package var defaultPort: Int {
    switch self {
    case .native, .vrchat, .template: 9000
    case .vmc: 39539
    case .babble: 8888
    case .etvr: 8889
    case .facecap: 9001
    case .phiz: 41235
    case .faceosc: 8338
    case .ifacialmocap: 49983
    case .livelinkface: 11111
    case .opentrack: 4242
    }
  }

  /// The format with its defaults; nil for a template, which is nothing without its file.
  package var configuration: SchemaConfiguration? {
    switch self {
    case .native: .native(.init())
    case .vmc: .vmc(.init())
    case .vrchat: .vrchat(.init())
    case .babble: .babble(.init())
    case .etvr: .etvr
    case .facecap: .facecap(.init())
    case .phiz: .phiz
    case .faceosc: .faceosc
    case .ifacialmocap: .ifacialmocap
    case .livelinkface: .livelinkface(.init())
    case .opentrack: .opentrack
    case .template: nil
    }
  }
}

/// The wire format of a target with its options.
package enum SchemaConfiguration: Equatable, Sendable {
  case native(NativeSchema.Configuration)
  case vmc(VMCSchema.Configuration)
  case vrchat(VRChatSchema.Configuration)
  case babble(BabbleSchema.Configuration)
  case etvr
  case facecap(FaceCapSchema.Configuration)
  case phiz
  case faceosc
  case ifacialmocap
  case livelinkface(LiveLinkFaceSchema.Configuration)
  case opentrack
  case template(TemplateSchema.Configuration)

  /// Which format it is.
  package var kind: SchemaKind {
    switch self {
    case .native: .native
    case .vmc: .vmc
    case .vrchat: .vrchat
    case .babble: .babble
    case .etvr: .etvr
    case .facecap: .facecap
    case .phiz: .phiz
    case .faceosc: .faceosc
    case .ifacialmocap: .ifacialmocap
    case .livelinkface: .livelinkface
    case .opentrack: .opentrack
    case .template: .template
    }
  }

  /// What a log calls the format: its name, or a template's own.
  package var name: String {
    if case .template(let template) = self { return template.name }
    return kind.rawValue
  }

  /// The faces that are sent in this format: the chosen one; without a choice every face where the addresses tell them apart,
  /// face 0 elsewhere.
  package func faces(chosen: Int?) -> ClosedRange<Int> {
    if let chosen { return chosen...chosen }
    return kind == .native ? 0...FaceNumber.most - 1 : 0...0
  }

  /// - Parameter face: whose values it carries, which only some formats say on the wire.
  /// - Throws: ``BroadcastError`` if a message cannot be laid out.
  package func makeSchema(face: Int = 0) throws(BroadcastError) -> any Schema {
    switch self {
    case .native(let configuration): try NativeSchema(configuration, face: face)
    case .vmc(let configuration): try VMCSchema(configuration)
    case .vrchat(let configuration): try VRChatSchema(configuration)
    case .babble(let configuration): try BabbleSchema(configuration)
    case .etvr: try ETVRSchema()
    case .facecap(let configuration): try FaceCapSchema(configuration)
    case .phiz: try PhizSchema()
    case .faceosc: try FaceOSCSchema()
    case .ifacialmocap: IFacialMocapSchema()
    case .livelinkface(let configuration): LiveLinkFaceSchema(configuration)
    case .opentrack: OpentrackSchema()
    case .template(let configuration): try TemplateSchema(configuration)
    }
  }
}
