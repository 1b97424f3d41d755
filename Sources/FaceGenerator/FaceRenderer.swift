import FaceCore
import Foundation
import GLES

/// Draws scenes with OpenGL ES. Made and used on one thread, the one that made `context`.
final class FaceRenderer {
  let width: Int
  let height: Int
  private let assets: FaceAssets
  private let context: GLContext
  private let skinShading: SkinShading
  private let innerProgram: ShaderProgram
  private let lashProgram: ShaderProgram
  private let backgroundShading: BackgroundShading
  private let propProgram: ShaderProgram
  private let skins: Texture
  private let bent: VertexBuffer
  private let fixed: VertexBuffer
  private let indices: VertexBuffer
  private let faceArray: VertexArray
  private let props: VertexBuffer
  private let propArray: VertexArray
  private let target: Texture
  private let framebuffer: Framebuffer
  private var bentFloats: [Float]
  /// Where the lashes begin in `indices`.
  private let lashIndex: Int
  private static let propCapacity = 40_000

  init(assets: FaceAssets, context: GLContext, width: Int, height: Int) throws(GLError) {
    self.assets = assets
    self.context = context
    self.width = width
    self.height = height
    let head = "#version 300 es\nprecision highp float;\n"
    let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
    let hair = text(PackageResources.hair_glsl)
    let light = text(PackageResources.light_glsl)
    let vertex = head + hair + text(PackageResources.face_vert_glsl)
    let inner = light + text(PackageResources.inner_frag_glsl)
    innerProgram = try ShaderProgram(
      context, name: "inner", vertex: vertex, fragment: head + "#define LASHES false\n" + inner)
    lashProgram = try ShaderProgram(
      context, name: "lashes", vertex: vertex, fragment: head + "#define LASHES true\n" + inner)
    propProgram = try ShaderProgram(
      context, name: "prop", vertex: head + text(PackageResources.prop_vert_glsl),
      fragment: head + light + text(PackageResources.prop_frag_glsl))
    skins = try Self.layers(context, assets.skinPictures, wrap: .clampToEdge)
    backgroundShading = try BackgroundShading(
      context, panoramas: Self.layers(context, assets.panoramas, wrap: .repeated), common: light)

    let rig = assets.rig
    bentFloats = [Float](repeating: 0, count: rig.corners.count * 6)
    bent = try VertexBuffer(context, count: bentFloats.count)
    let openness = rig.openness()
    fixed = try VertexBuffer(context, rig.corners.flatMap { Self.fixedFloats($0, rig, openness) })
    // The lashes last: they have a program of their own.
    let isLash = { (triangle: Int) in rig.corners[Int(rig.indices[triangle])].surface == .lashes }
    let starts = stride(from: 0, to: rig.indices.count, by: 3)
    let ordered = starts.filter { !isLash($0) } + starts.filter(isLash)
    lashIndex = 3 * ordered.count { !isLash($0) }
    indices = try VertexBuffer(context, indices: ordered.flatMap { rig.indices[$0..<$0 + 3] })
    faceArray = try VertexArray(
      context,
      [
        bent.attribute(location: 0, components: 3, stride: 6),
        bent.attribute(location: 1, components: 3, stride: 6, offset: 3),
        fixed.attribute(location: 2, components: 4, stride: 8),
        fixed.attribute(location: 3, components: 4, stride: 8, offset: 4),
      ], indices: indices)
    props = try VertexBuffer(context, count: Self.propCapacity * PropMesh.stride)
    propArray = try VertexArray(
      context,
      [
        props.attribute(location: 0, components: 3, stride: PropMesh.stride),
        props.attribute(location: 1, components: 3, stride: PropMesh.stride, offset: 3),
        props.attribute(location: 2, components: 4, stride: PropMesh.stride, offset: 6),
      ])
    target = try Texture(context, width: width, height: height, format: .rgba8)
    framebuffer = try Framebuffer(context, colors: [target.attachment()], depth: true)
    skinShading = try SkinShading(context, faceVertex: vertex, common: light + hair, target: framebuffer)
  }

  private static func layers(
    _ context: GLContext, _ pictures: [Picture], wrap: Texture.Wrap
  ) throws(GLError) -> Texture {
    let texture = try Texture(
      context, width: pictures[0].width, height: pictures[0].height, layers: pictures.count, format: .rgba8,
      filter: .trilinear, wrap: wrap, mipmapped: true)
    for (layer, picture) in pictures.enumerated() {
      try picture.bytes.withUnsafeBufferPointer { (bytes) throws(GLError) in
        try texture.upload(UnsafeRawBufferPointer(bytes), layer: layer)
      }
    }
    try texture.generateMipmaps()
    return texture
  }

  private static func fixedFloats(_ corner: FaceRig.Corner, _ rig: FaceRig, _ openness: [Float]) -> [Float] {
    let rest = rig.rest[corner.place]
    let isOuter = corner.surface == .skin || corner.surface == .scalp
    // The neck stays in its collar; chin and jaw, further ahead, go with the head.
    let lower = max(0, min(1, (-7.2 - rest.y - 0.4 * max(0, rest.z - 4)) / 3.5))
    let body = isOuter ? lower * lower * (3 - 2 * lower) : 0
    return [
      rest.x, rest.y, rest.z, openness[corner.place], corner.texture.x, corner.texture.y,
      Float(corner.surface.rawValue), body,
    ]
  }

  /// Draws one scene: RGBA rows from the top; alpha is the person's coverage.
  func render(_ scene: FaceScene, _ geometry: SceneGeometry) throws(GLError) -> [UInt8] {
    framebuffer.clear()
    if scene.hasHead { try drawHead(scene, geometry) }
    let (opaque, clear) = SceneProps.build(scene, geometry)
    setLight(scene.light, propProgram)
    propProgram.set("projection", projection(geometry.camera))
    try draw(opaque, shine: 0.08, blending: false)
    // After what hides it: covered pixels are not shaded.
    backgroundShading.draw(scene.background, aspect: Float(width) / Float(height))
    setLight(scene.light, propProgram)
    try draw(clear, shine: 0.5, blending: true)
    try context.checkErrors("render")
    return try framebuffer.readBytes()
  }

  private func projection(_ camera: HeadCamera) -> SIMD4<Float> {
    let (w, h) = (Float(width), Float(height))
    // Rows are read from the top: clip space y runs down.
    return SIMD4(
      2 * camera.focalLength / w, 2 * camera.focalLength / h, 2 * camera.centre.x / w - 1, 2 * camera.centre.y / h - 1)
  }

  private func drawHead(_ scene: FaceScene, _ geometry: SceneGeometry) throws(GLError) {
    let rig = assets.rig
    let normals = rig.normals(geometry.face)
    bentFloats.withUnsafeMutableBufferPointer { floats in
      for (index, corner) in rig.corners.enumerated() {
        let normal = normals[corner.place]
        for axis in 0..<3 {
          floats[6 * index + axis] = geometry.face[3 * corner.place + axis]
          floats[6 * index + 3 + axis] = normal[axis]
        }
      }
    }
    try bent.update(bentFloats)
    skinShading.begin()
    // Outward faces run clockwise in a picture whose y runs down.
    context.apply(DrawState(depthTest: true, depthWrite: true, cull: .front))
    setPlace(geometry, scene.person, skinShading.surface)
    skinShading.surface.set("textureEdge", SIMD2(Float(skins.width), Float(skins.height)))
    faceArray.drawIndexed(.triangles, count: rig.outerIndexCount)
    framebuffer.bind()
    skins.bind(unit: 0)
    let skin = try skinShading.program(scene.person)
    setPlace(geometry, scene.person, skin.gl)
    setLight(scene.light, skin.gl)
    setSkin(scene.person, skin.gl)
    setCreases(scene, skin.gl)
    skinShading.shade(skin)
    context.apply(DrawState(depthTest: true, depthWrite: true))
    setPlace(geometry, scene.person, innerProgram)
    setLight(scene.light, innerProgram)
    setOpenings(scene.person, geometry)
    innerProgram.set("mouthDepth", 0.8 * max(0, 1 - 3 * scene.weights[.tongueOut]))
    faceArray.drawIndexed(.triangles, first: rig.outerIndexCount, count: lashIndex - rig.outerIndexCount)
    setPlace(geometry, scene.person, lashProgram)
    setLight(scene.light, lashProgram)
    faceArray.drawIndexed(.triangles, first: lashIndex, count: rig.indices.count - lashIndex)
  }

  private func setPlace(
    _ geometry: SceneGeometry, _ person: FaceScene.Person, _ program: borrowing ShaderProgram
  ) {
    program.set("headRotation", matrices: geometry.camera.rotation.matrix, edge: 3)
    program.set("bodyRotation", matrices: geometry.bodyRotation.matrix, edge: 3)
    program.set("pivot", geometry.camera.pivot)
    program.set("neck", SceneGeometry.neck)
    program.set("place", geometry.camera.position)
    program.set("projection", projection(geometry.camera))
    program.set("hairLine", person.isBald ? SIMD4(60, 0, 60, 0) : person.hairLine)
    program.set("coverLine", person.coverLine)
  }

  private func setSkin(_ person: FaceScene.Person, _ program: borrowing ShaderProgram) {
    program.set("skins", 0)
    program.set(
      "skinLayers",
      SIMD3(Float(person.skinLayers.first), Float(person.skinLayers.second), person.skinLayers.share))
    program.set("skinTone", SIMD4(person.skinGain, person.skinContrast))
    program.set("skinColour", person.skinColour)
    program.set("brow", person.brow)
    program.set("browColour", person.browColour)
    program.set("beard", person.beard)
    program.set("hairColour", person.hairColour)
    program.set("coverColour", person.coverColour)
    program.set("clothColour", person.clothColour)
    program.set("lipTint", person.lipTint)
    program.set("shine", person.shine)
  }

  private func setCreases(_ scene: FaceScene, _ program: borrowing ShaderProgram) {
    let w = scene.weights
    program.set(
      "foreheadCreases",
      SIMD4(w[.browInnerUp], w[.browOuterUpLeft], w[.browOuterUpRight], scene.person.creaseDepth))
    program.set(
      "frownCreases", SIMD4(w[.browDownLeft], w[.browDownRight], w[.noseSneerLeft], w[.noseSneerRight]))
    program.set(
      "cheekCreases",
      SIMD4(
        w[.mouthSmileLeft], w[.mouthSmileRight], max(w[.eyeSquintLeft], w[.cheekSquintLeft]),
        max(w[.eyeSquintRight], w[.cheekSquintRight])))
  }

  private func setOpenings(_ person: FaceScene.Person, _ geometry: SceneGeometry) {
    // The less the lips part, the less light falls on teeth and tongue.
    let gap = max(0, geometry.landmarks[62].y - geometry.landmarks[66].y)
    let light = min(1, 0.12 + gap / 1.2)
    innerProgram.set("mouth", person.mouth * SIMD4(1, light, 1, 1))
    innerProgram.set("skinColour", person.skinColour)
    innerProgram.set("irisColour", person.irisColour)
    innerProgram.set("irisSize", person.irisSize)
    let lids = geometry.upperLids
    innerProgram.set("leftEye", SIMD4(geometry.leftEye.centre, lids.left))
    innerProgram.set("rightEye", SIMD4(geometry.rightEye.centre, lids.right))
    innerProgram.set("leftGaze", geometry.leftEye.direction)
    innerProgram.set("rightGaze", geometry.rightEye.direction)
  }

  private func setLight(_ light: FaceScene.Light, _ program: borrowing ShaderProgram) {
    program.set("harmonics", vectors: light.harmonics.flatMap { [$0.x, $0.y, $0.z, 0] })
    program.set("panoramaTurn", SIMD2(cos(light.turn), sin(light.turn)))
    program.set("lightDirection", vectors: light.directions.flatMap { [$0.x, $0.y, $0.z, 0] })
    program.set("lightColour", vectors: light.colours.flatMap { [$0.x, $0.y, $0.z, 0] })
    program.set("exposure", light.exposure)
  }

  private func draw(_ mesh: PropMesh, shine: Float, blending: Bool) throws(GLError) {
    guard !mesh.isEmpty else { return }
    precondition(mesh.vertexCount <= Self.propCapacity, "\(mesh.vertexCount) vertices of props")
    try props.update(mesh.vertices)
    propProgram.use()
    propProgram.set("shine", shine)
    context.apply(DrawState(depthTest: true, depthWrite: !blending, blend: blending ? .alpha : .none))
    propArray.draw(.triangles, count: mesh.vertexCount)
  }
}

extension Quaternion {
  /// The rotation's matrix, column by column.
  var matrix: [Float] {
    [rotate([1, 0, 0]), rotate([0, 1, 0]), rotate([0, 0, 1])].flatMap { [$0.x, $0.y, $0.z] }
  }
}
