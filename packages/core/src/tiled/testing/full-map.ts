/** A map with about everything in it. */
export const fullXml: string = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<map version="1.10" class="Zone" orientation="orthogonal" width="2" height="2" tilewidth="16" tileheight="8" infinite="0" backgroundcolor="#336699">
 <properties>
  <property name="music" value="a &quot;b&quot; &lt;c&gt; &amp;amp; &#228;&#xE4;"/>
  <property name="long">two
lines</property>
  <property name="level" type="int" value="-3"/>
  <property name="gravity" type="float" value="9.5"/>
  <property name="safe" type="bool" value="true"/>
  <property name="tint" type="color" value="#ff00ff00"/>
  <property name="script" type="file" value="a.lua"/>
  <property name="target" type="object" value="12"/>
  <property name="loot" type="class" propertytype="Loot">
   <properties>
    <property name="gold" type="int" value="5"/>
    <property name="inner" type="class" propertytype="In"><properties><property name="x" type="float" value="0.5"/></properties></property>
   </properties>
  </property>
  <property name="empty" type="class" propertytype="Loot"/>
  <property name="list" type="list"><item type="int" value="1"/><item type="string" value="two"/></property>
 </properties>
 <tileset firstgid="1" name="a" class="Set" tilewidth="16" tileheight="16" spacing="1" margin="2" tilecount="4" columns="2" objectalignment="topleft">
  <tileoffset x="3" y="-4"/>
  <properties><property name="by" value="us"/></properties>
  <image source="img/a.png" width="37" height="37"/>
  <tile id="1" type="Wall">
   <properties><property name="solid" type="bool" value="true"/></properties>
   <objectgroup draworder="index"><object id="1" x="2" y="3" width="4" height="5"/><object id="2" x="1" y="1"><polygon points="0,0 4,0 4,4"/></object></objectgroup>
   <animation><frame tileid="1" duration="100"/><frame tileid="3" duration="250"/></animation>
  </tile>
 </tileset>
 <group id="5" name="outer" offsetx="10" offsety="1" opacity="0.5" parallaxx="2">
  <layer id="1" name="Ground" class="Floor" width="2" height="2" offsetx="1" opacity="0.5" visible="0">
   <properties><property name="z" type="int" value="1"/></properties>
   <data encoding="csv">1,2,3,4</data>
  </layer>
  <imagelayer id="9" name="sky"><image source="sky.png"/></imagelayer>
  <group id="6" name="inner" visible="0" parallaxx="3" parallaxy="0.5">
   <objectgroup id="2" name="Things">
    <object id="1" name="Box &#10;" type="Door" x="1.5" y="2.5" width="3" height="4" rotation="45"/>
    <object id="2" x="0" y="0"><point/></object>
    <object id="3" x="0" y="0" width="2" height="2" visible="0"><ellipse/></object>
    <object id="4" x="0" y="0" width="2" height="6" opacity="0.25"><capsule/></object>
    <object id="5" x="10" y="20"><polygon points="0,0 1.5,-2 3e1,4"/></object>
    <object id="6" x="10" y="20"><polyline points="0,0 5,5"/></object>
    <object id="7" gid="2147483650" x="4" y="8" width="16" height="16"/>
    <object id="8" x="1" y="1" width="9" height="9"><text wrap="1">Hello &amp; <![CDATA[<bye> &amp;]]></text></object>
    <object id="9" class="Old" x="1" y="1"><properties><property name="n" type="int" value="1"/></properties></object>
   </objectgroup>
  </group>
 </group>
</map>`;

const object = { name: "", x: 0, y: 0, width: 0, height: 0, rotation: 0, visible: true };
/** The same in the JSON format. */
export const fullJson: string = JSON.stringify({
  type: "map",
  class: "Zone",
  orientation: "orthogonal",
  width: 2,
  height: 2,
  tilewidth: 16,
  tileheight: 8,
  infinite: false,
  backgroundcolor: "#336699",
  properties: [
    { name: "music", type: "string", value: 'a "b" <c> &amp; ää' },
    { name: "long", type: "string", value: "two\nlines" },
    { name: "level", type: "int", value: -3 },
    { name: "gravity", type: "float", value: 9.5 },
    { name: "safe", type: "bool", value: true },
    { name: "tint", type: "color", value: "#ff00ff00" },
    { name: "script", type: "file", value: "a.lua" },
    { name: "target", type: "object", value: 12 },
    { name: "loot", type: "class", propertytype: "Loot", value: { gold: 5, inner: { x: 0.5 } } },
    { name: "empty", type: "class", propertytype: "Loot", value: {} },
    {
      name: "list",
      type: "list",
      value: [
        { type: "int", value: 1 },
        { type: "string", value: "two" },
      ],
    },
  ],
  tilesets: [
    {
      firstgid: 1,
      name: "a",
      class: "Set",
      tilewidth: 16,
      tileheight: 16,
      spacing: 1,
      margin: 2,
      tilecount: 4,
      columns: 2,
      objectalignment: "topleft",
      tileoffset: { x: 3, y: -4 },
      properties: [{ name: "by", type: "string", value: "us" }],
      image: "img/a.png",
      imagewidth: 37,
      imageheight: 37,
      tiles: [
        {
          id: 1,
          type: "Wall",
          properties: [{ name: "solid", type: "bool", value: true }],
          objectgroup: {
            type: "objectgroup",
            objects: [
              { ...object, id: 1, x: 2, y: 3, width: 4, height: 5 },
              {
                ...object,
                id: 2,
                x: 1,
                y: 1,
                polygon: [
                  { x: 0, y: 0 },
                  { x: 4, y: 0 },
                  { x: 4, y: 4 },
                ],
              },
            ],
          },
          animation: [
            { tileid: 1, duration: 100 },
            { tileid: 3, duration: 250 },
          ],
        },
      ],
    },
  ],
  layers: [
    {
      type: "group",
      id: 5,
      name: "outer",
      offsetx: 10,
      offsety: 1,
      opacity: 0.5,
      visible: true,
      parallaxx: 2,
      layers: [
        {
          type: "tilelayer",
          id: 1,
          name: "Ground",
          class: "Floor",
          width: 2,
          height: 2,
          offsetx: 1,
          opacity: 0.5,
          visible: false,
          properties: [{ name: "z", type: "int", value: 1 }],
          data: [1, 2, 3, 4],
        },
        { type: "imagelayer", id: 9, name: "sky", image: "sky.png", opacity: 1, visible: true },
        {
          type: "group",
          id: 6,
          name: "inner",
          opacity: 1,
          visible: false,
          parallaxx: 3,
          parallaxy: 0.5,
          layers: [
            {
              type: "objectgroup",
              id: 2,
              name: "Things",
              opacity: 1,
              visible: true,
              objects: [
                {
                  ...object,
                  id: 1,
                  name: "Box \n",
                  type: "Door",
                  x: 1.5,
                  y: 2.5,
                  width: 3,
                  height: 4,
                  rotation: 45,
                },
                { ...object, id: 2, point: true },
                { ...object, id: 3, width: 2, height: 2, visible: false, ellipse: true },
                { ...object, id: 4, width: 2, height: 6, opacity: 0.25, capsule: true },
                {
                  ...object,
                  id: 5,
                  x: 10,
                  y: 20,
                  polygon: [
                    { x: 0, y: 0 },
                    { x: 1.5, y: -2 },
                    { x: 30, y: 4 },
                  ],
                },
                {
                  ...object,
                  id: 6,
                  x: 10,
                  y: 20,
                  polyline: [
                    { x: 0, y: 0 },
                    { x: 5, y: 5 },
                  ],
                },
                { ...object, id: 7, gid: 0x8000_0002, x: 4, y: 8, width: 16, height: 16 },
                {
                  ...object,
                  id: 8,
                  x: 1,
                  y: 1,
                  width: 9,
                  height: 9,
                  text: { text: "Hello & <bye> &amp;", wrap: true },
                },
                {
                  ...object,
                  id: 9,
                  class: "Old",
                  x: 1,
                  y: 1,
                  properties: [{ name: "n", type: "int", value: 1 }],
                },
              ],
            },
          ],
        },
      ],
    },
  ],
});
