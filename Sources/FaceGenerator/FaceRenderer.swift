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
  private let shadowMap: ShadowMap
  private let cardProgram: ShaderProgram
  private let ict: RigBuffers
  private let makeHuman: RigBuffers?
  private let hair: CardBuffers?
  private let brows: CardBuffers?
  private let props: VertexBuffer
  private let propArray: VertexArray
  private let target: Texture
  private let framebuffer: Framebuffer
  /// What the lamp of the scene that is being drawn sees.
  private var shadowView: ShadowView?
  private static let propCapacity = 40_000

  init(assets: FaceAssets, context: GLContext, width: Int, height: Int) throws(GLError) {
    self.assets = assets
    self.context = context
    self.width = width
    self.height = height
    let head = "#version 300 es\nprecision highp float;\n"
    let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
    let hairLines = text(PackageResources.hair_glsl)
    let light = text(PackageResources.light_glsl)
    let vertex = head + hairLines + text(PackageResources.face_vert_glsl)
    let inner = light + text(PackageResources.inner_frag_glsl)
    innerProgram = try ShaderProgram(
      context, name: "inner", vertex: vertex, fragment: head + "#define LASHES false\n" + inner)
    lashProgram = try ShaderProgram(
      context, name: "lashes", vertex: vertex, fragment: head + "#define LASHES true\n" + inner)
    let propVertex = text(PackageResources.prop_vert_glsl)
    propProgram = try ShaderProgram(
      context, name: "prop", vertex: head + propVertex,
      fragment: head + light + text(PackageResources.prop_frag_glsl))
    shadowMap = try ShadowMap(
      context, head: head, faceVertex: hairLines + text(PackageResources.face_vert_glsl), propVertex: propVertex)
    cardProgram = try ShaderProgram(
      context, name: "card", vertex: head + text(PackageResources.card_vert_glsl),
      fragment: head + light + text(PackageResources.card_frag_glsl))
    backgroundShading = try BackgroundShading(
      context, panoramas: Texture.layers(context, assets.panoramas, wrap: .repeated), common: light)
    ict = try RigBuffers(context, rig: assets.rig, skinPictures: assets.skinPictures)
    if let second = assets.makeHuman {
      makeHuman = try RigBuffers(context, rig: second.rig, skinPictures: second.skinPictures)
      hair = second.hair.isEmpty ? nil : try CardBuffers(context, second.hair)
      brows = second.brows.isEmpty ? nil : try CardBuffers(context, second.brows)
    } else {
      (makeHuman, hair, brows) = (nil, nil, nil)
    }
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
    skinShading = try SkinShading(context, faceVertex: vertex, common: light + hairLines, target: framebuffer)
  }

  /// Draws one scene: RGBA rows from the top; alpha is the person's coverage.
  func render(_ scene: FaceScene, _ geometry: SceneGeometry) throws(GLError) -> [UInt8] {
    let (opaque, clear) = SceneProps.build(scene, geometry)
    if scene.hasHead { try buffers(scene).update(geometry.face) }
    try upload(opaque)
    drawShadows(scene, geometry, opaque)
    framebuffer.clear()
    if scene.hasHead { try drawHead(scene, geometry) }
    setLight(scene.light, propProgram)
    propProgram.set("projection", projection(geometry.camera))
    draw(opaque, shine: 0.08, blending: false)
    // After what hides it: covered pixels are not shaded.
    backgroundShading.draw(scene.background, aspect: Float(width) / Float(height))
    setLight(scene.light, propProgram)
    try upload(clear)
    draw(clear, shine: 0.5, blending: true)
    try context.checkErrors("render")
    return try framebuffer.readBytes()
  }

  private func projection(_ camera: HeadCamera) -> SIMD4<Float> {
    let (w, h) = (Float(width), Float(height))
    // Rows are read from the top: clip space y runs down.
    return SIMD4(
      2 * camera.focalLength / w, 2 * camera.focalLength / h, 2 * camera.centre.x / w - 1, 2 * camera.centre.y / h - 1)
  }

  /// The buffers of the person's rig.
  private func buffers(_ scene: FaceScene) -> RigBuffers {
    guard let buffers = scene.person.identity.kind == .ict ? ict : makeHuman else {
      preconditionFailure("a MakeHuman face without MakeHuman's assets")
    }
    return buffers
  }

  private func drawShadows(_ scene: FaceScene, _ geometry: SceneGeometry, _ mesh: PropMesh) {
    shadowView = nil
    guard scene.hasHead, scene.light.shadow.strength > 0 else { return }
    let view = ShadowView(
      direction: scene.light.directions[0], centre: geometry.camera.place(geometry.camera.pivot + [0, 2, -3]))
    shadowMap.begin(view)
    setPlace(geometry, scene.person, shadowMap.headProgram)
    let buffers = buffers(scene)
    buffers.array.drawIndexed(.triangles, count: buffers.rig.outerIndexCount)
    context.apply(DrawState(depthTest: true, depthWrite: true))
    draw(mesh, shadowMap.propProgram)
    shadowView = view
  }

  private func drawHead(_ scene: FaceScene, _ geometry: SceneGeometry) throws(GLError) {
    let buffers = buffers(scene)
    let rig = buffers.rig
    skinShading.begin()
    // Outward faces run clockwise in a picture whose y runs down.
    context.apply(DrawState(depthTest: true, depthWrite: true, cull: .front))
    setPlace(geometry, scene.person, skinShading.surface)
    skinShading.surface.set("textureEdge", SIMD2(Float(buffers.skins.width), Float(buffers.skins.height)))
    buffers.array.drawIndexed(.triangles, count: rig.outerIndexCount)
    framebuffer.bind()
    buffers.skins.bind(unit: 0)
    let skin = try skinShading.program(scene.person, isShadowed: shadowView != nil)
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
    buffers.array.drawIndexed(
      .triangles, first: rig.outerIndexCount, count: buffers.lashIndex - rig.outerIndexCount)
    setPlace(geometry, scene.person, lashProgram)
    setLight(scene.light, lashProgram)
    buffers.array.drawIndexed(.triangles, first: buffers.lashIndex, count: rig.indices.count - buffers.lashIndex)
    try drawCards(scene, geometry)
  }

  private func drawCards(_ scene: FaceScene, _ geometry: SceneGeometry) throws(GLError) {
    guard let second = assets.makeHuman else { return }
    let person = scene.person
    setPlace(geometry, person, cardProgram)
    setLight(scene.light, cardProgram)
    cardProgram.set("cards", 0)
    func spot(_ face: [Float], _ place: Int) -> SIMD3<Float> {
      SIMD3(face[3 * place], face[3 * place + 1], face[3 * place + 2])
    }
    if let number = person.browStyle, let brows, person.identity.kind == .makehuman {
      let style = second.brows[number]
      context.apply(DrawState(depthTest: true, blend: .alpha))
      setCards(style, layer: number, tint: person.browColour, cut: 0.02, raise: 0.12, shine: 0.02)
      brows.pictures.bind(unit: 0)
      try brows.draw(number, style.vertices(style.mesh.places { spot(geometry.face, $0) }))
    }
    if let number = person.hairStyle, let hair {
      let style = second.hair[number]
      let places =
        person.identity.kind == .ict
        ? assets.hairOnICT[number].places(on: geometry.neutral)
        : style.mesh.places { spot(geometry.neutral, $0) }
      context.apply(DrawState(depthTest: true, depthWrite: true))
      setCards(style, layer: number, tint: person.hairColour, cut: 0.4, raise: 0, shine: 0.08)
      hair.pictures.bind(unit: 0)
      try hair.draw(number, style.vertices(places))
    }
  }

  private func setCards(
    _ style: CardStyle, layer: Int, tint: SIMD3<Float>, cut: Float, raise: Float, shine: Float
  ) {
    cardProgram.set("layer", Float(layer))
    cardProgram.set("brightness", style.brightness)
    cardProgram.set("tint", tint)
    cardProgram.set("cut", cut)
    cardProgram.set("raise", raise)
    cardProgram.set("shine", shine)
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
    shadowMap.set(light.shadow, shadowView, on: program)
  }

  private func upload(_ mesh: PropMesh) throws(GLError) {
    precondition(mesh.vertexCount <= Self.propCapacity, "\(mesh.vertexCount) vertices of props")
    if !mesh.isEmpty { try props.update(mesh.vertices) }
  }

  private func draw(_ mesh: PropMesh, shine: Float, blending: Bool) {
    propProgram.set("shine", shine)
    context.apply(DrawState(depthTest: true, depthWrite: !blending, blend: blending ? .alpha : .none))
    draw(mesh, propProgram)
  }

  private func draw(_ mesh: PropMesh, _ program: borrowing ShaderProgram) {
    guard !mesh.isEmpty else { return }
    program.use()
    propArray.draw(.triangles, count: mesh.vertexCount)
  }
}

extension Quaternion {
  /// The rotation's matrix, column by column.
  var matrix: [Float] {
    [rotate([1, 0, 0]), rotate([0, 1, 0]), rotate([0, 0, 1])].flatMap { [$0.x, $0.y, $0.z] }
  }
}
