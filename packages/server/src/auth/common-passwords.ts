/** What guessers try first, of eight characters and more, in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set(
  `
  password passw0rd p@ssword p@ssw0rd pa55word pa55w0rd passwort motdepasse contrasena contrasenya
  senha123 password1 password12 password123 password1234 mypassword yourpassword thepassword
  newpassword oldpassword passwords passcode passphrase qwertyui qwerty12 qwerty123 qwerty1234
  qwerty12345 1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 qazwsxedc qweasdzxc 1qazxsw2
  zaq12wsx zaq1zaq1 qwertz123 azerty123 azertyuiop qwer1234 asdf1234 zxcv1234 asdfasdf qweqweqwe
  asdasdasd zxczxczxc qwerasdf asdfqwer poiuytrewq lkjhgfdsa mnbvcxz1 12345678 123456789
  1234567890 87654321 987654321 0987654321 11111111 00000000 12341234 11223344 12121212 123123123
  123321123 147258369 741852963 159753456 12344321 123454321 123456abc 12345qwert 123qweasd
  123abc123 abc12345 abcd1234 abcdefg1 abc123456 a1b2c3d4 aa123456 aaa12345 a1234567 a12345678
  1a2b3c4d 19841984 20002000 20202020 01012000 01011990 11112222 99998888 10203040 102030405060
  31415926 27182818 iloveyou iloveyou1 iloveyou2 ilovegod iloveme1 loveyou1 lovelove loveforever
  foreverlove iloveu12 iloveyousomuch ihateyou tequiero teamomucho amorcito jetaime1 ichliebedich
  mylove123 letmein1 letmein123 letmeinnow welcome1 welcome12 welcome123 welcome1234 changeme
  changeme1 changeme123 changeit trustno1 whatever whatever1 secret12 secret123 topsecret mysecret
  login123 loginlogin administrator administrador admin123 admin1234 admin12345 adminadmin
  rootroot rootpass toor1234 superuser supervisor default1 defaultpassword testtest test1234
  test12345 testing1 testing123 guest123 guestguest user1234 username demo1234 demodemo sample12
  example1 temp1234 temporary temppass server123 database oracle123 mysql123 postgres redis123
  system32 computer computer1 internet internet1 keyboard monitor1 windows1 windows10 macintosh
  linux123 ubuntu12 google123 facebook facebook1 instagram youtube1 twitter1 whatsapp samsung1
  samsung123 iphone12 blackberry playstation playstation1 nintendo nintendo64 xbox3600 minecraft
  minecraft1 fortnite roblox123 leagueoflegends counterstrike warcraft worldofwarcraft starcraft
  diablo123 pokemon1 pokemon123 pikachu1 charizard zelda123 mario123 supermario sonic123
  finalfantasy sunshine sunshine1 princess princess1 prinzessin princesa football football1
  football12 baseball baseball1 basketball volleyball softball hockey123 soccer12 soccer123
  futbol123 fussball superman superman1 spiderman batman123 batman12 wolverine ironman1
  captainamerica starwars starwars1 startrek lordoftherings gandalf1 harrypotter hogwarts
  dumbledore dragon12 dragon123 dragonball dragons1 monkey12 monkey123 chocolate chocolat
  cookie123 cheese12 pineapple strawberry blueberry watermelon bananas1 cherry12 pumpkin1
  butterfly butterfly1 mariposa flowers1 sunflower rainbow1 unicorn1 elephant kangaroo dolphin1
  penguin1 tiger123 panther1 leopard1 cheetah1 mustang1 mustang123 ferrari1 porsche1 corvette
  mercedes lamborghini motorcycle harley12 yamaha12 kawasaki michael1 jennifer jessica1 michelle
  danielle stephanie elizabeth alexander alexandra alexandre christian christina christine
  christopher benjamin sebastian jonathan nicholas natalie1 victoria veronica valentina isabella
  gabriela gabriel1 fernando francisco alejandro alejandra samantha patricia margaret catherine
  katherine charlotte charlie1 charlie123 thomas12 matthew1 anthony1 william1 andrew12 daniel12
  jordan23 michaeljordan ronaldo7 cristiano messi1010 ashley12 brandon1 tinkerbell cinderella
  snowwhite liverpool liverpool1 chelsea1 arsenal1 manchester manchesterunited barcelona
  barcelona1 realmadrid juventus bayernmunich dortmund galatasaray fenerbahce besiktas lakers24
  cowboys1 steelers yankees1 redsox04 patriots eagles12 packers1 metallica nirvana1 slipknot
  linkinpark greenday blink182 eminem12 ladygaga beatles1 rollingstones pinkfloyd ledzeppelin
  blacksabbath ironmaiden guitar12 musicmusic rocknroll hiphop12 master12 master123 masterkey
  hunter12 hunter123 killer12 killer123 shadow12 shadow123 ninja123 samurai1 warrior1 soldier1
  predator terminator matrix12 matrix123 phoenix1 thunder1 lightning midnight darkness darkangel
  blackcat whitecat snowball snowman1 winter12 summer12 summer123 spring12 autumn12 december
  november september october1 february january1 saturday thursday wednesday freedom1 liberty1
  america1 american1 usa12345 london12 england1 scotland ireland1 germany1 deutschland france12
  italia12 espana12 portugal brazil12 brasil12 mexico12 argentina colombia1 canada12 australia
  newzealand india123 pakistan bangladesh indonesia malaysia singapore philippines thailand
  vietnam1 nihonjin tokyo123 china123 woaini1314 woaini520 5201314a jesus123 jesuschrist godisgood
  godislove blessed1 faith123 heaven12 angel123 angels12 devil666 satan666 buddha12 hallelujah
  qwerty!@ !qaz2wsx !@#$%^&* !@#$1234 1234!@#$ abc!1234 pass@123 pass1234 pass12345 passpass
  admin@123 welcome@123 p@ssw0rd1 p@ssword1 india@123 zaq!2wsx fuckyou1 fuckyou2 fuckoff1 asshole1
  bullshit biteme12 bigboobs sexysexy sexy1234 hottie12 playboy1 badboy12 badgirl1 babygirl
  babygirl1 babyboy1 sweetheart sweetie1 honey123 cutie123 lovely12 beautiful beautiful1 gorgeous
  handsome friends1 bestfriend bestfriends family12 familia1 mother12 father12 brother1 sister12
  grandma1 asdfghjk asdfgh12 asdfghjkl1 zxcvbnm1 zxcvbn12 zxcvbnm123 qwertyuiop1 1234qwer 1234asdf
  4321rewq q1q1q1q1 1q1q1q1q aaaa1111 abcabc123 xxxxxxxx1 helloworld hello123 hello1234 hellohello
  hithere1 goodbye1 goodluck thankyou nothing1 something anything everything letsgo12 opensesame
  abracadabra access14 accessdenied security security1 private1 business consultant manager1
  director president professor student1 teacher1 engineer developer programmer
`
    .trim()
    .split(/\s+/u),
);
