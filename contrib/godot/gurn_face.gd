# Gurn for Godot 3: a face tracked by gurnd moves blend shapes and a head bone.
#
# Put this on a node, name the mesh and the skeleton, and give gurnd a target with this port; schema native or vmc, both are
# understood. Blend shapes are found by ARKit's names (jawOpen or JawOpen). A character faces +Z, as glTF and VRM models do.
extends Node

signal frame_shown(time)

export var port := 39539
export (NodePath) var mesh
export (NodePath) var skeleton
export var head_bone := "head"

var time := 0.0
var weights := {}
var neck := Quat()
var head := Quat()

var _socket := PacketPeerUDP.new()
var _mesh: MeshInstance
var _skeleton: Skeleton
var _properties := {}


func _ready():
	if not mesh.is_empty():
		_mesh = get_node(mesh)
	if not skeleton.is_empty():
		_skeleton = get_node(skeleton)
	if _mesh:
		for property in _mesh.get_property_list():
			var path: String = property.name
			if path.begins_with("blend_shapes/"):
				_properties[_arkit(path.substr(13))] = path
	if _socket.listen(port, "127.0.0.1") != OK:
		push_error("Gurn: port %d is in use by another program" % port)


func _process(_delta):
	while _socket.get_available_packet_count() > 0:
		_take(_socket.get_packet())


func _arkit(name: String) -> String:
	return name.left(1).to_lower() + name.substr(1)


# An OSC packet: a message, or a bundle of packets.
func _take(packet: PoolByteArray):
	if packet.size() >= 16 and packet.subarray(0, 6).get_string_from_ascii() == "#bundle":
		var offset := 16
		while offset + 4 <= packet.size():
			var size := _integer(packet, offset)
			if size <= 0 or offset + 4 + size > packet.size():
				return
			_take(packet.subarray(offset + 4, offset + 3 + size))
			offset += 4 + size
		return
	var stream := StreamPeerBuffer.new()
	stream.big_endian = true
	stream.data_array = packet
	var address := _text(stream)
	var tags := _text(stream)
	var arguments := []
	for tag in tags.substr(1):
		match tag:
			"s": arguments.append(_text(stream))
			"i": arguments.append(stream.get_32())
			"f": arguments.append(stream.get_float())
			"d": arguments.append(stream.get_double())
			_: return
	_hear(address, arguments)


func _integer(packet: PoolByteArray, at: int) -> int:
	return packet[at] << 24 | packet[at + 1] << 16 | packet[at + 2] << 8 | packet[at + 3]


func _text(stream: StreamPeerBuffer) -> String:
	var text := PoolByteArray()
	while stream.get_available_bytes() > 0:
		var byte := stream.get_u8()
		if byte == 0:
			break
		text.append(byte)
	stream.seek((stream.get_position() + 3) / 4 * 4)
	return text.get_string_from_utf8()


func _hear(address: String, arguments: Array):
	var blend := "/gurn/face/0/blend/"
	if address.begins_with(blend) and arguments.size() == 1:
		weights[address.substr(blend.length())] = arguments[0]
	elif address == "/gurn/face/0/rotation" and arguments.size() == 4:
		# Gurn's head frame has glTF's axes: +x left, +y up, +z out of the face.
		neck = Quat()
		head = Quat(arguments[0], arguments[1], arguments[2], arguments[3])
	elif address == "/gurn/face/0/time" and arguments.size() == 1:
		time = arguments[0]
		_show()
	elif address == "/VMC/Ext/Blend/Val" and arguments.size() == 2:
		weights[_arkit(arguments[0])] = arguments[1]
	elif address == "/VMC/Ext/Bone/Pos" and arguments.size() == 8:
		# Unity's axes are the mirror image in x.
		var turn := Quat(arguments[4], -arguments[5], -arguments[6], arguments[7])
		if arguments[0] == "Neck":
			neck = turn
		elif arguments[0] == "Head":
			head = turn
	elif address == "/VMC/Ext/T" and arguments.size() == 1:
		time = arguments[0]
	elif address == "/VMC/Ext/Blend/Apply":
		_show()


func _show():
	for name in weights:
		if _properties.has(name):
			_mesh.set(_properties[name], weights[name])
	var bone := _skeleton.find_bone(head_bone) if _skeleton else -1
	if bone >= 0:
		# The turn is about the model's axes; a bone's pose is about its own.
		var rest := _skeleton.get_bone_global_pose(bone).basis.orthonormalized()
		var pose := _skeleton.get_bone_pose(bone).basis.orthonormalized()
		var axes := rest * pose.inverse()
		_skeleton.set_bone_pose(bone, Transform(axes.inverse() * Basis(neck * head) * axes, Vector3()))
	emit_signal("frame_shown", time)
