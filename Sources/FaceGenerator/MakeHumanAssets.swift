import Foundation

/// MakeHuman's rig, skins, hair and brows, read once.
struct MakeHumanAssets: Sendable {
  let rig: FaceRig
  let stock: MakeHumanStock
  /// One picture a skin, all of one size, in the order of `stock.skins`: the part that shows the head.
  let skinPictures: [Picture]
  let hair: [CardStyle]
  let brows: [CardStyle]

  private static let skinSize = (width: 512, height: 896)

  /// Reads the folder `makehuman_cc0`; `guide` is ICT's rig. Takes some seconds, most of them for pictures.
  init(folder: String, guide: FaceRig) throws(GeneratorError) {
    let file = try MakeHumanRigFile(folder: folder)
    let head = MakeHumanHead(file, guide: guide.landmarks.map { guide.rest[$0] })
    rig = MakeHumanRig.build(head, guide: guide)
    var pictures: [Picture] = []
    var skins: [SkinTexture] = []
    let spots = Self.plainSpots(file)
    for skin in file.manifest.skins {
      let whole = try PictureFile.read("\(folder)/\(skin.file)")
      let frame = MakeHumanRig.photoFrame
      let (w, h) = (Float(whole.width), Float(whole.height))
      let picture = whole.resampled(
        origin: SIMD2(frame.origin.x * w, (1 - frame.origin.y - frame.size.y) * h), size: frame.size * SIMD2(w, h),
        width: Self.skinSize.width, height: Self.skinSize.height)
      pictures.append(picture)
      let parts = skin.kind.split(separator: "_")
      guard parts.count == 3 else {
        throw .malformedAsset(path: folder + "/manifest.json", fault: "skin kind \(skin.kind) is not age_race_sex")
      }
      skins.append(
        SkinTexture(
          name: skin.kind, colour: Self.colour(picture, spots), group: String(parts[1]), identity: [],
          isComposite: true))
    }
    guard !pictures.isEmpty else { throw .malformedAsset(path: folder + "/manifest.json", fault: "no skins") }
    skinPictures = pictures
    stock = MakeHumanStock(
      targets: MakeHumanRig.identityTargets(file).map { file.manifest.targets[$0] }, skins: skins)
    let face = head.placed(head.reference)
    hair = try Self.cards(file, "hair", size: 512) { mesh in
      // A fringe over an eye hides what is to be learned: seldom.
      mesh.places { face[$0] }.count { abs($0.x) < 4 && $0.y > 1 && $0.y < 4 && $0.z > 9 } > 12 ? 0.15 : 1
    }
    brows = try Self.cards(file, "eyebrows", size: 256) { _ in 1 }
  }

  private static func cards(
    _ file: MakeHumanRigFile, _ kind: String, size: Int, frequency: (ProxyMesh) -> Float
  ) throws(GeneratorError) -> [CardStyle] {
    var styles: [CardStyle] = []
    for (mesh, path) in try file.proxies(kind) {
      let whole = try PictureFile.read(path)
      let picture = whole.resampled(
        origin: .zero, size: SIMD2(Float(whole.width), Float(whole.height)), width: size, height: size)
      styles.append(CardStyle(mesh: mesh, picture: picture, frequency: frequency(mesh)))
    }
    return styles
  }

  /// Where the pictures show plain skin: texture coordinates, v down.
  private static func plainSpots(_ file: MakeHumanRigFile) -> [SIMD2<Float>] {
    let wanted = Set(file.vertices(body: MakeHumanLandmarks.plainSkin))
    let frame = MakeHumanRig.photoFrame
    return file.positionIndex.indices.filter { wanted.contains(file.positionIndex[$0]) }.map {
      let spot = (file.texture[$0] - frame.origin) / frame.size
      return SIMD2(spot.x, 1 - spot.y)
    }
  }

  /// The mean linear colour around some spots.
  private static func colour(_ picture: Picture, _ spots: [SIMD2<Float>]) -> SIMD3<Float> {
    var (sum, count) = (SIMD3<Float>.zero, Float(0))
    for spot in spots {
      let (x, y) = (Int(spot.x * Float(picture.width)), Int(spot.y * Float(picture.height)))
      for row in max(0, y - 6)...max(0, min(picture.height - 1, y + 6)) {
        for column in max(0, x - 6)...max(0, min(picture.width - 1, x + 6)) {
          let at = 4 * (row * picture.width + column)
          let srgb = SIMD3(Float(picture.bytes[at]), Float(picture.bytes[at + 1]), Float(picture.bytes[at + 2])) / 255
          sum += srgb * srgb
          count += 1
        }
      }
    }
    return sum / max(1, count)
  }
}
