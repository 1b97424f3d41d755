import Foundation

/// The folder of assets, read once: rig, skin textures, panoramas.
package struct FaceAssets: Sendable {
  let rig: FaceRig
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

  /// Reads `ict_facekit`, `london_faces_ccby` and `polyhaven_hdri` below `folder`; takes a second or two.
  package init(folder: String) throws(GeneratorError) {
    guard FileManager.default.fileExists(atPath: folder) else { throw .missingAsset(path: folder) }
    rig = FaceRig(try FaceRigFile(folder: folder + "/ict_facekit"))

    let people = folder + "/london_faces_ccby"
    let meta = try Self.decode(SkinMeta.self, people + "/meta.json")
    var skins: [SkinTexture] = []
    var pictures: [Picture] = []
    for (name, entry) in meta.textures.sorted(by: { $0.key < $1.key }) {
      let path = people + "/ict_uv_textures/\(name).jpg"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      pictures.append(try PictureFile.readJPEG(path))
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
    panoramas = try names.map { name throws(GeneratorError) in try PictureFile.readJPEG(rooms + "/\(name).jpg") }
    skinPictures = pictures
    stock = .init(skins: skins, harmonics: harmonics)
    for (list, what) in [(skinPictures, people), (panoramas, rooms)] {
      guard let first = list.first, list.allSatisfy({ $0.width == first.width && $0.height == first.height }) else {
        throw .malformedAsset(path: what, fault: "no pictures, or pictures of several sizes")
      }
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
