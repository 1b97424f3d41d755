import Foundation

/// The folder of assets, read once: rig, skin textures, panoramas.
package struct FaceAssets: Sendable {
  /// ICT's rig.
  let rig: FaceRig
  /// The second rig and what it brings, nil where it was not asked for.
  let makeHuman: MakeHumanAssets?
  /// MakeHuman's hair on ICT's head, in the order of its styles.
  let hairOnICT: [HairBinding]
  let stock: FaceSceneSampler.Stock
  /// One picture a skin texture, all of one size, in the order of `stock.skins`.
  let skinPictures: [Picture]
  /// One picture a panorama, all of one size, in the order of `stock.harmonics`.
  let panoramas: [Picture]

  private struct SkinMeta: Decodable {
    struct Entry: Decodable {
      let skinSrgb: [Float]
      let identity40: [Float]?
      let faceEth: String?
    }
    let textures: [String: Entry]
  }

  private struct PanoramaMeta: Decodable {
    let name: String
  }

  /// Reads `ict_facekit`, `london_faces_ccby`, `polyhaven_hdri` and, unless only ICT's rig is wanted, `makehuman_cc0`
  /// below `folder`; takes some seconds. ICT's files are always needed: the other rig is aligned with it.
  package init(folder: String, rigs: Set<FaceRigKind> = Set(FaceRigKind.allCases)) throws(GeneratorError) {
    guard FileManager.default.fileExists(atPath: folder) else { throw .missingAsset(path: folder) }
    guard !rigs.isEmpty else { throw .badRequest("no rig is chosen; ict, makehuman or both are there") }
    rig = FaceRig(try FaceRigFile(folder: folder + "/ict_facekit"))

    let makeHuman =
      rigs.contains(.makehuman) ? try MakeHumanAssets(folder: folder + "/makehuman_cc0", guide: rig) : nil
    self.makeHuman = makeHuman
    let shared = makeHuman.map { $0.rig.neutralFace(identity: []) } ?? []
    let ict = rig
    hairOnICT = (makeHuman?.hair ?? []).map { style in
      HairBinding(style.mesh.places { SIMD3(shared[3 * $0], shared[3 * $0 + 1], shared[3 * $0 + 2]) }, rig: ict)
    }

    let people = folder + "/london_faces_ccby"
    let meta = try Self.decode(SkinMeta.self, people + "/meta.json")
    var skins: [SkinTexture] = []
    var pictures: [Picture] = []
    for (name, entry) in meta.textures.sorted(by: { $0.key < $1.key }) {
      let path = people + "/ict_uv_textures/\(name).jpg"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      pictures.append(try PictureFile.read(path))
      let srgb = SIMD3(entry.skinSrgb[0], entry.skinSrgb[1], entry.skinSrgb[2])
      skins.append(
        SkinTexture(
          name: name, colour: srgb * srgb, group: entry.faceEth ?? "", identity: entry.identity40 ?? [],
          isComposite: name.hasPrefix("f_") || name.hasPrefix("m_")))
    }

    let rooms = folder + "/polyhaven_hdri"
    let names = try Self.decode([PanoramaMeta].self, rooms + "/manifest.json").map(\.name)
    let sh = try NPYArray(path: rooms + "/sh9.npy").floats()
    guard sh.count == names.count * 27 else {
      throw .malformedAsset(path: rooms + "/sh9.npy", fault: "\(sh.count) values for \(names.count) panoramas")
    }
    let harmonics = names.indices.map { room in
      (0..<9).map { SIMD3(sh[room * 27 + $0 * 3], sh[room * 27 + $0 * 3 + 1], sh[room * 27 + $0 * 3 + 2]) }
    }
    panoramas = try names.map { name throws(GeneratorError) in try PictureFile.read(rooms + "/\(name).jpg") }
    skinPictures = pictures
    stock = .init(
      skins: skins, harmonics: harmonics, makeHuman: makeHuman?.stock,
      makeHumanShare: rigs.contains(.ict) ? 0.25 : 1, hairStyles: makeHuman?.hair.map(\.frequency) ?? [],
      browStyles: makeHuman?.brows.count ?? 0)
    for (list, what) in [(skinPictures, people), (panoramas, rooms)] {
      guard let first = list.first, list.allSatisfy({ $0.width == first.width && $0.height == first.height }) else {
        throw .malformedAsset(path: what, fault: "no pictures, or pictures of several sizes")
      }
    }
  }

  /// The rig that an identity belongs to.
  func rig(of identity: FaceIdentity) -> FaceRig {
    switch identity {
    case .ict: return rig
    case .makeHuman:
      guard let makeHuman else { preconditionFailure("a MakeHuman face without MakeHuman's assets") }
      return makeHuman.rig
    }
  }

  private static func decode<T: Decodable>(_: T.Type, _ path: String) throws(GeneratorError) -> T {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missingAsset(path: path) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do { return try decoder.decode(T.self, from: data) } catch {
      throw .malformedAsset(path: path, fault: "\(error)")
    }
  }
}
